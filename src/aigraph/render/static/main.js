// Wires it all: draws after each change, buttons, keys, language and theme.
(function (A) {
  "use strict";

  A.draw = function (how) {
    const lang = A.state.lang === "zh" ? "zh-Hans" : "en";
    if (document.documentElement.lang !== lang || !translated) translate();
    document.documentElement.lang = lang;
    document.documentElement.dataset.theme = A.state.theme;
    A.sync();
    if (!how.still) {
      A.showPanel();
      A.showCard();
    }
    if (how.fit || (A.rearranged && !how.still)) A.fit(); // where everything has moved the old section shows nothing
    if (how.fitRoute && A.seen.route) A.fit(A.seen.route);
    if (how.fitGroup !== undefined) A.fit([...A.seen.nodes].filter((i) => A.nodes[i].group === how.fitGroup));
    A.network.redraw();
  };

  A.say = function (text) {
    A.byId("status").textContent = text;
  };

  let translated = false;
  function translate() {
    translated = true;
    for (const element of document.querySelectorAll("[data-t]")) element.textContent = A.t(element.dataset.t);
    for (const element of document.querySelectorAll("[data-title]")) {
      element.title = A.t(element.dataset.title);
      element.setAttribute("aria-label", element.title);
    }
    A.byId("search").placeholder = A.t("search");
  }

  const commands = {
    fit: () => A.fit(),
    lang: () => A.change({ lang: A.state.lang === "zh" ? "en" : "zh" }),
    theme: () => A.change({ theme: A.state.theme === "dark" ? "light" : "dark" }),
    png: () => A.savePicture(),
    graphml: () => A.saveGraphml(),
    link: () => A.copyLink(),
    panel: () => document.body.classList.toggle("no-panel"),
    help: () => A.byId("help").showModal(),
    back: () => A.back(),
  };
  const selected = () => A.byNodeId.get(A.state.sel);
  const zoom = (factor) => {
    A.network.moveTo({ scale: Math.min(6, Math.max(0.02, A.network.getScale() * factor)), animation: false });
    A.viewChanged();
  };
  const pan = (dx, dy) => {
    const { x, y } = A.network.getViewPosition();
    const step = 80 / A.network.getScale();
    A.network.moveTo({ position: { x: x + dx * step, y: y + dy * step }, animation: false });
    A.viewChanged();
  };
  const keys = {
    "/": () => A.byId("search").focus(),
    f: commands.fit,
    "+": () => zoom(1.25),
    "=": () => zoom(1.25),
    "-": () => zoom(0.8),
    ArrowLeft: () => pan(-1, 0),
    ArrowRight: () => pan(1, 0),
    ArrowUp: () => pan(0, -1),
    ArrowDown: () => pan(0, 1),
    t: commands.theme,
    l: commands.lang,
    u: commands.back,
    "?": commands.help,
    e: () => selected() && A.expand(selected()),
    h: () => selected() && A.hide(selected()),
    p: () => selected() && A.pin(selected()),
    Escape: () => (A.state.sel || A.state.edge || A.state.a) && A.change({ sel: "", edge: "", a: "", b: "" }),
  };
  function pressed(event) {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.ctrlKey || event.metaKey || event.altKey || typing || A.byId("help").open) return;
    const run = keys[event.key] || keys[event.key.toLowerCase()];
    if (!run) return;
    event.preventDefault();
    run();
  }

  if (window.innerWidth < 900) document.body.classList.add("no-panel"); // a small screen shows the graph first
  A.restore();
  A.startCanvas();
  A.startMotion();
  A.startSearch();
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", commands[button.dataset.do]);
  }
  document.addEventListener("keydown", pressed);
  A.reopen = function () {
    A.restore();
    A.draw({});
    look();
  };
  window.addEventListener("popstate", A.reopen);
  function look() {
    if (A.state.view) {
      const [x, y, scale] = A.state.view;
      A.network.moveTo({ position: { x, y }, scale, animation: false });
    } else A.fit();
  }
  A.draw({});
  look();
  document.documentElement.dataset.ready = "yes";
})(window.AIG);
