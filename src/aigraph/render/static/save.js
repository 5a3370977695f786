// What the view can be taken away as: a picture, a GraphML file of what is shown, a link.
(function (A) {
  "use strict";

  function download(name, blob) {
    const link = A.el("a", { href: URL.createObjectURL(blob), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  A.savePicture = function () {
    const drawn = A.byId("canvas").querySelector("canvas");
    const out = A.el("canvas", { width: drawn.width, height: drawn.height });
    const context = out.getContext("2d");
    context.fillStyle = A.css("--paper");
    context.fillRect(0, 0, out.width, out.height);
    context.drawImage(drawn, 0, 0);
    out.toBlob((blob) => download("graph.png", blob), "image/png");
  };

  const NODE = ["label", "type", "id", "size", "color", "x", "y"];
  const EDGE = ["label", "relation", "weight", "confidence", "date", "quotes"];
  const TYPES = { size: "double", x: "double", y: "double", weight: "double", confidence: "double" };
  const xml = (text) => String(text).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

  // Valid GraphML of the nodes and facts shown, every fact an edge of its own.
  A.graphml = function () {
    const keys = (names, domain) => names.map((name) =>
      `<key id="${domain[0]}_${name}" for="${domain}" attr.name="${name}" attr.type="${TYPES[name] || "string"}"/>`);
    const data = (row, domain) => Object.entries(row).filter(([, value]) => value !== "" && value !== null)
      .map(([name, value]) => `<data key="${domain}_${name}">${xml(value)}</data>`).join("");
    const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
      ...keys(NODE, "node"), ...keys(EDGE, "edge"), '<graph id="G" edgedefault="directed">'];
    for (const i of A.seen.nodes) {
      const node = A.nodes[i];
      const [x, y] = A.place(node);
      lines.push(`<node id="n${i}">${data({ label: A.name(node), type: A.types[node.type].id, id: node.id,
        size: A.diameter(i).toFixed(1), color: A.color(node), x, y: -y }, "n")}</node>`);
    }
    for (const bundle of A.seen.bundles.values()) {
      for (const fact of bundle.facts) {
        lines.push(`<edge id="s${fact.i}" source="n${fact.s}" target="n${fact.t}">${data({
          label: A.label(A.relations[fact.rel]), relation: A.relations[fact.rel].id, weight: Math.max(1, fact.sources.length),
          confidence: fact.confidence, date: fact.date, quotes: fact.sources.map((s) => A.quotes[s[1]]).join(" | "),
        }, "e")}</edge>`);
      }
    }
    return [...lines, "</graph>", "</graphml>", ""].join("\n");
  };
  A.saveGraphml = () => download("view.graphml", new Blob([A.graphml()], { type: "application/xml" }));

  A.copyLink = async function () {
    const link = A.link();
    try {
      await navigator.clipboard.writeText(link);
      A.say(A.t("link copied"));
    } catch (refused) {
      // a page opened from disk may not reach the clipboard; the address bar holds the same link
      A.say(A.t("link in address bar"));
    }
  };
})(window.AIG);
