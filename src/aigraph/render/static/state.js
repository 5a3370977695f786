// The state of the view, and the link that restores it. Everything the user chose is here and nothing else is.
(function (A) {
  "use strict";
  const LISTS = ["open", "add", "hide", "offTypes", "offRels", "groups"];
  const TEXTS = ["lang", "theme", "base", "doc", "from", "to", "size", "color", "sel", "edge", "a", "b"];

  A.fresh = () => ({
    lang: A.meta.lang,
    theme: window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    base: A.nodes.length > A.options.groupsFrom ? "groups" : "top", // top: most central ones; groups; all
    top: Math.min(A.options.top, A.nodes.length),
    open: [], // ids whose neighbours are shown
    add: [], // ids shown because the user asked for them
    hide: [],
    pin: {}, // id -> [x, y], where the user put it
    groups: [], // communities opened in the groups view
    offTypes: [],
    offRels: [],
    confidence: 0,
    doc: "",
    from: "",
    to: "",
    undated: true,
    size: "degree",
    color: "type",
    sel: "",
    edge: "", // "source number-target number-relation number"
    a: "", // ends of the path
    b: "",
    view: null, // [x, y, scale]
  });

  function write(state) {
    const out = new URLSearchParams();
    const usual = A.fresh();
    for (const name of TEXTS) if (state[name] !== usual[name]) out.set(name, state[name]);
    for (const name of LISTS) for (const item of state[name]) out.append(name, item);
    for (const [id, [x, y]] of Object.entries(state.pin)) out.append("pin", `${x},${y},${id}`);
    if (state.top !== usual.top) out.set("top", state.top);
    if (state.confidence) out.set("confidence", state.confidence);
    if (!state.undated) out.set("undated", "0");
    if (state.view) out.set("view", state.view.join(","));
    return out.toString();
  }

  function read(text) {
    const given = new URLSearchParams(text);
    const state = A.fresh();
    const oneOf = (name, allowed) => allowed.includes(given.get(name)) && (state[name] = given.get(name));
    for (const name of TEXTS) if (given.has(name)) state[name] = given.get(name);
    for (const name of LISTS) state[name] = given.getAll(name);
    state.groups = state.groups.map(Number).filter((n) => A.groups[n]);
    for (const name of ["open", "add", "hide"]) state[name] = state[name].filter((id) => A.byNodeId.has(id));
    for (const name of ["sel", "a", "b"]) if (!A.byNodeId.has(state[name])) state[name] = "";
    for (const pin of given.getAll("pin")) {
      const [x, y, ...id] = pin.split(",");
      if (A.byNodeId.has(id.join(",")) && isFinite(x) && isFinite(y)) state.pin[id.join(",")] = [+x, +y];
    }
    const usual = A.fresh();
    Object.assign(state, { lang: usual.lang, theme: usual.theme, base: usual.base, size: usual.size, color: usual.color });
    oneOf("lang", ["en", "zh"]);
    oneOf("theme", ["light", "dark"]);
    oneOf("base", ["top", "groups", "all", "none"]);
    oneOf("size", Object.keys(A.measures));
    oneOf("color", ["type", "group"]);
    const number = (name, low, high) => given.has(name) && isFinite(given.get(name))
      ? Math.min(high, Math.max(low, +given.get(name))) : usual[name];
    state.top = Math.round(number("top", 1, A.nodes.length));
    state.confidence = number("confidence", 0, 1);
    state.undated = given.get("undated") !== "0";
    const view = (given.get("view") || "").split(",").map(Number);
    state.view = view.length === 3 && view.every(isFinite) && view[2] > 0 ? view : null;
    return state;
  }

  A.state = null;
  // A page shown inside another one (a notebook) has no address of its own: it keeps its steps itself.
  const framed = location.protocol === "about:";
  const steps = [""];
  A.restore = () => (A.state = read(framed ? steps[steps.length - 1] : location.hash.slice(1)));
  A.back = function () {
    if (!framed) history.back();
    else if (steps.length > 1) {
      steps.pop();
      A.reopen();
    }
  };
  A.link = () => `${location.href.split("#")[0]}#${write(A.state)}`;

  // Change what is chosen and draw it. Each change is a step of the browser's history: Back undoes it.
  A.change = function (changes, how) {
    Object.assign(A.state, changes);
    remember(true);
    A.draw(how || {});
  };
  A.remember = () => remember(false);
  function remember(step) {
    const link = `#${write(A.state)}`;
    if (framed) {
      if (step) steps.push(link.slice(1));
      else steps[steps.length - 1] = link.slice(1);
      return;
    }
    if (link === location.hash) return;
    if (step) history.pushState(null, "", link);
    else history.replaceState(null, "", link);
  }
  const listed = (name, id, on) => {
    const rest = A.state[name].filter((item) => item !== id);
    return { [name]: on ? [...rest, id] : rest };
  };
  A.toggle = (name, id, on, how) => A.change(listed(name, id, on), how);
  A.listed = listed;
})(window.AIG);
