// Turns the embedded JSON into nodes and facts that know each other.
(function (A) {
  "use strict";
  const raw = JSON.parse(document.getElementById("graph-data").textContent);
  A.strings = raw.strings;
  A.meta = { title: raw.title, lang: raw.lang, hidden: raw.hidden };
  A.options = raw.options;
  A.types = raw.types;
  A.relations = raw.relations;
  A.terms = raw.terms;
  A.docs = raw.docs;
  A.quotes = raw.quotes;
  A.measures = raw.measures;
  A.palette = raw.palette;

  A.nodes = raw.nodes.map((row, i) => ({
    i,
    id: row[0],
    names: { en: row[1], zh: row[2] || row[1] },
    type: row[3],
    sub: row[4],
    aliases: row[5],
    x: row[6],
    y: row[7],
    group: row[8],
    kind: row[9],
    date: row[10],
    facts: [], // every fact that has this node at one end, relations and figures alike
  }));
  A.facts = raw.facts.map((row, i) => ({
    i,
    s: row[0],
    t: row[1], // -1: a figure
    rel: row[2],
    confidence: row[3],
    polarity: row[4],
    date: row[5],
    qualifiers: row[6] || [],
    value: row[7],
    unit: row[8],
    sources: row[9], // [document, quote] numbers
  }));
  for (const fact of A.facts) {
    A.nodes[fact.s].facts.push(fact);
    if (fact.t >= 0 && fact.t !== fact.s) A.nodes[fact.t].facts.push(fact);
  }
  A.byNodeId = new Map(A.nodes.map((node) => [node.id, node]));

  A.groups = [];
  for (const node of A.nodes) (A.groups[node.group] = A.groups[node.group] || []).push(node);
  const rank = A.measures.pagerank;
  for (const members of A.groups) members.sort((a, b) => rank[b.i] - rank[a.i] || a.i - b.i);

  A.months = [...new Set(A.facts.map((fact) => fact.date.slice(0, 7)).filter(Boolean))].sort();
  A.name = (node) => node.names[A.state.lang] || node.names.en;
  // On the drawing an event that is called by its kind and what took part in it goes by kind and date: lines show the rest.
  A.caption = function (node) {
    const [kind, name] = [node.kind && A.label(node.kind), A.name(node)];
    const plain = kind && [": ", "："].some((mark) => `${name}${mark}`.startsWith(kind + mark));
    return plain ? [kind, node.date].filter(Boolean).join(" ") : name;
  };
  A.label = (term) => term[A.state.lang] || term.en;
  A.other = (fact, node) => (fact.t < 0 ? null : A.nodes[fact.s === node.i ? fact.t : fact.s]);
  A.color = (node) => (A.state.color === "group" ? A.palette[node.group % A.palette.length] : A.types[node.type].color);
})(window.AIG);
