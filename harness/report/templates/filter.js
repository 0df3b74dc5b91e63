(function () {
  "use strict";
  var form = document.getElementById("filter");
  var areas = Array.prototype.slice.call(document.querySelectorAll(".area"));
  var wasOpen = areas.map(function (area) { return area.open; });
  var fields = ["claim", "verdict", "text"];
  var shown = document.getElementById("shown");

  function wanted() {
    return { claim: form.claim.value, verdict: form.verdict.value, text: form.text.value.trim().toLowerCase() };
  }
  function apply() {
    var want = wanted(), any = want.claim || want.verdict || want.text, total = 0;
    areas.forEach(function (area, index) {
      var count = 0;
      area.querySelectorAll("tbody tr").forEach(function (row) {
        var ok = (!want.claim || area.dataset.c === want.claim) && (!want.verdict || row.className === want.verdict + "-row") &&
          (!want.text || row.textContent.toLowerCase().indexOf(want.text) >= 0);
        row.hidden = !ok;
        if (ok) { count += 1; }
      });
      area.hidden = count === 0;
      area.open = any ? count > 0 && count < 60 : wasOpen[index];
      total += count;
    });
    shown.textContent = total + " shown";
  }
  function keep() {
    var want = wanted(), parts = [];
    fields.forEach(function (name) { if (want[name]) { parts.push(name + "=" + encodeURIComponent(want[name])); } });
    location.replace("#" + (parts.join("&") || "requirements"));
  }
  function read() {
    var hash = location.hash.slice(1);
    if (hash.indexOf("=") > 0) {
      hash.split("&").forEach(function (pair) {
        var at = pair.indexOf("="), name = pair.slice(0, at);
        if (fields.indexOf(name) >= 0) {
          try { form[name].value = decodeURIComponent(pair.slice(at + 1)); } catch (error) { form[name].value = ""; }
        }
      });
      apply();
    } else if (hash) {
      var target = document.getElementById(hash);
      for (var node = target; node; node = node.parentElement) {
        if (node.hidden) { form.reset(); apply(); }
        if (node.tagName === "DETAILS") { node.open = true; }
      }
      if (target) { target.scrollIntoView(); }
    }
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", function () { apply(); keep(); });
  form.addEventListener("reset", function () { setTimeout(function () { apply(); keep(); }); });
  window.addEventListener("hashchange", read);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".card details").forEach(function (details) { details.open = true; });
  });
  document.querySelectorAll("pre.cmd").forEach(function (pre) {
    var button = document.createElement("button"), text = pre.textContent;
    button.type = "button";
    button.className = "copy";
    button.textContent = "copy";
    button.addEventListener("click", function () {
      function mark() {
        var range = document.createRange();
        range.selectNodeContents(pre);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
      }
      function done() { button.textContent = "copied"; }
      if (navigator.clipboard) { navigator.clipboard.writeText(text).then(done, mark); } else { mark(); }
    });
    pre.parentNode.insertBefore(button, pre);
  });
  apply();
  read();
}());
