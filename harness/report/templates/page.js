(function () {
  "use strict";
  var form = document.getElementById("filter");
  var shown = document.getElementById("shown");
  var fields = ["cause", "level", "area", "idp", "claim", "verdict", "text"];
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }
  var columns = {};
  all(".area thead").slice(0, 1).forEach(function (head) {
    all("th", head).forEach(function (cell, index) { columns[cell.textContent.trim()] = index; });
  });
  var areas = all(".area").map(function (element) {
    var rows = all("tbody tr", element).map(function (row) {
      return { element: row, id: row.id, verdict: row.className || "pass", level: row.cells[2].textContent.trim(),
        text: row.textContent.toLowerCase() };
    });
    return { element: element, number: element.id.slice(2), claim: element.dataset.c, rows: rows, wasOpen: element.open };
  });
  var home = {};
  areas.forEach(function (area) { area.rows.forEach(function (row) { home[row.id] = area; }); });
  var cards = all(".card").map(function (element) {
    var rows = all('a[href^="#r-"]', element).map(function (link) { return link.getAttribute("href").slice(1); });
    return { element: element, number: element.id.slice(2), level: element.dataset.level, rows: rows,
      idps: element.dataset.idp.split(" "), verdict: element.dataset.verdict, text: element.textContent.toLowerCase() };
  });

  function wanted() {
    var want = {};
    fields.forEach(function (name) { want[name] = form[name].value.trim(); });
    want.text = want.text.toLowerCase();
    return want;
  }
  function isRow(row, area, want, only) {
    var column = want.idp && columns[want.idp], cell = column && row.element.cells[column];
    return (!only || only[row.id]) && (!want.level || row.level === want.level) && (!want.area || area.number === want.area) &&
      (!want.claim || area.claim === want.claim) && (!want.verdict || row.verdict === want.verdict) &&
      (!want.idp || (cell && cell.textContent.trim() !== "")) && (!want.text || row.text.indexOf(want.text) >= 0);
  }
  function isCard(card, want) {
    var own = home[card.rows[0]];
    return (!want.cause || card.number === want.cause) && (!want.level || card.level === want.level) &&
      (!want.area || card.rows.some(function (id) { return home[id] && home[id].number === want.area; })) &&
      (!want.idp || card.idps.indexOf(want.idp) >= 0) && (!want.claim || (own && own.claim === want.claim)) &&
      (!want.verdict || card.verdict === want.verdict) && (!want.text || card.text.indexOf(want.text) >= 0);
  }
  function apply() {
    var want = wanted(), any = fields.some(function (name) { return want[name]; }), only = null, total = 0, causes = 0;
    cards.forEach(function (card) {
      var ok = isCard(card, want);
      card.element.hidden = !ok;
      causes += ok ? 1 : 0;
      if (card.number === want.cause) {
        only = {};
        card.rows.forEach(function (id) { only[id] = true; });
      }
    });
    areas.forEach(function (area) {
      var count = 0;
      area.rows.forEach(function (row) {
        var ok = isRow(row, area, want, only);
        row.element.hidden = !ok;
        count += ok ? 1 : 0;
      });
      area.element.hidden = count === 0;
      area.element.open = any ? count > 0 && count < 60 : area.wasOpen;
      total += count;
    });
    shown.textContent = (cards.length ? causes + " of " + cards.length + " causes, " : "") + total + " requirements shown";
  }
  function keep() {
    var want = wanted(), parts = [];
    want.text = form.text.value.trim();
    fields.forEach(function (name) { if (want[name]) { parts.push(name + "=" + encodeURIComponent(want[name])); } });
    history.replaceState(null, "", "#" + (parts.join("&") || "causes"));
  }
  function setField(pair) {
    var at = pair.indexOf("="), name = pair.slice(0, at);
    if (fields.indexOf(name) < 0) { return; }
    try { form[name].value = decodeURIComponent(pair.slice(at + 1)); } catch (error) { form[name].value = ""; }
    if (form[name].selectedIndex === -1) { form[name].value = ""; }
  }
  function read() {
    var hash = location.hash.slice(1), target, node;
    if (hash.indexOf("=") > 0) {
      fields.forEach(function (name) { form[name].value = ""; });
      hash.split("&").forEach(setField);
      apply();
      return;
    }
    target = hash && document.getElementById(hash);
    for (node = target; node; node = node.parentElement) {
      if (node.hidden) { form.reset(); }
      if (node.tagName === "DETAILS") { node.open = true; }
    }
    if (target) { target.scrollIntoView(); }
  }
  function step(by) {
    var open = cards.filter(function (card) { return !card.element.hidden; }), at = -1, next;
    open.forEach(function (card, index) { if (card.element.contains(document.activeElement)) { at = index; } });
    next = open[Math.min(Math.max(at + by, 0), open.length - 1)];
    if (next) {
      next.element.querySelector("summary").focus();
      next.element.scrollIntoView({ block: "nearest" });
    }
  }
  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) { return; }
    if (event.key === "j") { step(1); } else if (event.key === "k") { step(-1); } else if (event.key === "/") {
      event.preventDefault();
      form.text.focus();
    }
  }
  function copyable(pre) {
    var button = document.createElement("button"), label = pre.previousElementSibling;
    button.type = "button";
    button.className = "copy";
    button.textContent = "copy";
    if (label) { button.setAttribute("aria-label", "copy: " + label.textContent.trim().slice(0, 60)); }
    function mark() {
      var range = document.createRange();
      range.selectNodeContents(pre);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    button.addEventListener("click", function () {
      function done() { button.textContent = "copied"; }
      if (navigator.clipboard) { navigator.clipboard.writeText(pre.textContent).then(done, mark); } else { mark(); }
    });
    pre.parentNode.insertBefore(button, pre);
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", function () { apply(); keep(); });
  form.addEventListener("reset", function () { setTimeout(function () { apply(); keep(); }); });
  window.addEventListener("hashchange", read);
  document.addEventListener("keydown", key);
  all("pre.cmd").forEach(copyable);
  apply();
  read();
}());
