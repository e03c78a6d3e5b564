// Shows how a page stands while something on it is under way, until it is over or somebody pauses it. Without this script
// a link shows it.
(() => {
  "use strict";
  const EVERY = 3000; // milliseconds
  const live = document.getElementById("live");
  const status = live.querySelector("[role='status']");
  const pause = document.createElement("button");
  let isPaused = false;

  const say = (words) => {
    if (status.textContent !== words) status.textContent = words;
  };

  const show = (page) => {
    const [was, is] = [document, page].map((each) => each.querySelector("main article"));
    if (!is) return;
    // What is open stays open, and whoever is at a link or button stays at it.
    const open = [...was.querySelectorAll("details")].map((each) => each.open);
    is.querySelectorAll("details").forEach((each, at) => (each.open = open[at] ?? each.open));
    const stops = (article) => [...article.querySelectorAll("a, button, summary, input")];
    const at = stops(was).indexOf(document.activeElement);
    was.replaceWith(document.adoptNode(is));
    stops(document.querySelector("main article"))[at]?.focus({ preventScroll: true });
  };

  const look = async () => {
    if (isPaused || document.hidden) return again();
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
      if (isPaused) return again();
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      show(page);
      if (page.getElementById("live")) return again();
      say(live.dataset.ended);
      pause.remove();
    } catch {
      again(); // the network is away, or a new version starts: it may be back
    }
  };
  const again = () => setTimeout(look, EVERY);

  pause.type = "button";
  pause.className = "button slim";
  pause.textContent = live.dataset.pause;
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    say(isPaused ? live.dataset.paused : live.dataset.on);
    pause.textContent = isPaused ? live.dataset.resume : live.dataset.pause;
  });
  live.querySelector("a").replaceWith(pause);
  say(live.dataset.on);
  again();
})();
