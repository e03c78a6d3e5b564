// A calendar that is not ours (ical.js): takes in what it is sent as RFC 5546 says, and prints what stands in it after each.
// Zones are read off the messages themselves. Input: {"messages": [text, …], "hours": ["2027-03-28T09:00:00", …]}.
import ICAL from "ical.js";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const { messages, hours } = JSON.parse(input);
const events = new Map();
const seen = [];
let zone = null;
for (const message of messages) {
  const calendar = new ICAL.Component(ICAL.parse(message));
  zone = new ICAL.Timezone(calendar.getFirstSubcomponent("vtimezone"));
  const component = calendar.getFirstSubcomponent("vevent");
  const value = (name) => component.getFirstPropertyValue(name);
  const moment = (name) => {
    const time = value(name);
    time.zone = zone;
    return new Date(time.toUnixTime() * 1000).toISOString();
  };
  const known = events.get(value("uid"));
  const isNewer = !known || value("sequence") > known.sequence;
  if (isNewer) {
    events.set(value("uid"), {
      sequence: value("sequence"),
      isThere: calendar.getFirstPropertyValue("method") === "REQUEST",
      starts: moment("dtstart"),
      ends: moment("dtend"),
      place: value("location"),
      organizer: value("organizer"),
      attendee: value("attendee"),
      answer: component.getFirstProperty("attendee").getParameter("partstat"),
    });
  }
  seen.push({ isNewer, ...events.get(value("uid")) });
}
const local = (text) => {
  const time = ICAL.Time.fromDateTimeString(text);
  time.zone = zone;
  return new Date(time.toUnixTime() * 1000).toISOString();
};
console.log(JSON.stringify({ seen, hours: zone ? hours.map(local) : [] }));
