// Expands shapes with Microsoft's own templating engine. Standard input: [[shape, data], …]; standard output: cards.
const { Template } = require("adaptivecards-templating");

let given = "";
process.stdin.setEncoding("utf-8");
process.stdin.on("data", (part) => { given += part; });
process.stdin.on("end", () => {
  const cards = JSON.parse(given).map(([shape, data]) => {
    const template = new Template(shape);
    const card = template.expand({ $root: data });
    return { card, warnings: template.getLastTemplateExpansionWarnings() };
  });
  process.stdout.write(JSON.stringify(cards));
});
