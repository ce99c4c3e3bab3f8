// Follows Airflow's own choice of light or dark, and takes links to Airflow's pages out of the frame they stand in,
// which Airflow does not let navigate by itself. Without this script links work wherever the desk is opened alone.
(function () {
  "use strict";
  var outer = null;
  try {
    if (window.parent !== window && window.parent.document.body) outer = window.parent.document;
  } catch (error) { outer = null; }

  function chosen() {
    if (outer) {
      var names = outer.documentElement.classList;
      return names.contains("dark") ? "oscuro" : names.contains("light") ? "claro" : "";
    }
    try { return { dark: "oscuro", light: "claro" }[localStorage.getItem("theme")] || ""; } catch (error) { return ""; }
  }

  function follow() {
    var theme = chosen();
    if (theme) document.documentElement.setAttribute("data-tema", theme);
    else document.documentElement.removeAttribute("data-tema");
  }

  follow();
  if (!outer) return;
  new MutationObserver(follow).observe(outer.documentElement, { attributes: true, attributeFilter: ["class"] });

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a[data-fuera]") : null;
    if (!link || event.defaultPrevented || event.button !== 0) return;
    event.preventDefault();
    var twin = outer.createElement("a");
    var apart = link.getAttribute("data-fuera") === "aparte" || event.ctrlKey || event.metaKey || event.shiftKey;
    twin.href = link.href;
    twin.target = apart ? "_blank" : "_self";
    twin.rel = "noopener";
    twin.hidden = true;
    outer.body.appendChild(twin);
    twin.click();
    twin.remove();
  });
})();
