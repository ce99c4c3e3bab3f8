/* Filters of tables and the search. Pages are complete without it; it only narrows down what is there. */
(function () {
  "use strict";

  // lower case, without accents: people search as they type on a telephone
  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[’‘´`]/g, "'");
  }

  function words(text) {
    return plain(text).split(/\s+/).filter(Boolean);
  }

  function tell(form, count) {
    form.querySelector(".cuenta").textContent = count.toLocaleString("es-GT") + " " + form.dataset.filas;
  }

  function rowsOf(place) {
    return Array.from(place.querySelectorAll("table tbody")).slice(0, 1).flatMap(function (body) {
      return Array.from(body.rows).map(function (row) {
        return {
          element: row,
          names: Array.from(row.querySelectorAll("th"), function (cell) { return cell.textContent; }),
          text: plain(row.textContent),
          isTotal: row.classList.contains("total")
        };
      });
    });
  }

  function bar(template, name, cell, length) {
    var item = template.cloneNode(true);
    item.className = "";
    item.querySelector(".nombre-barra").textContent = name;
    item.querySelector(".cifra").replaceChildren.apply(
      item.querySelector(".cifra"), Array.from(cell.childNodes, function (node) { return node.cloneNode(true); }));
    var svg = item.querySelector("svg");
    svg.replaceChildren();
    if (length !== null) {
      var rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      rect.setAttribute("width", length);
      rect.setAttribute("height", "10");
      rect.setAttribute("vector-effect", "non-scaling-stroke");
      svg.append(rect);
    }
    return item;
  }

  // the chart of the rows that are left, if they differ in one dimension only
  function draw(list, template, rows, varying) {
    var shown = rows.map(function (row) {
      var cell = row.element.querySelector("td");
      var number = parseFloat(cell.textContent.replace(/,/g, ""));
      return { name: row.names[varying], cell: cell, value: isNaN(number) ? null : number };
    });
    if (!list.hasAttribute("data-ordenadas") || shown.length > 20) {
      shown = shown.sort(function (a, b) { return (b.value || 0) - (a.value || 0); }).slice(0, 20);
    }
    var longest = Math.max.apply(null, shown.map(function (one) { return one.value || 0; })) || 1;
    list.replaceChildren.apply(list, shown.map(function (one) {
      return bar(template, one.name, one.cell, one.value === null ? null : 100 * one.value / longest);
    }));
  }

  function table(place) {
    var form = place.querySelector("form.filtros");
    if (!form) { return; }
    var rows = rowsOf(place);
    var selects = Array.from(form.querySelectorAll("select"));
    var text = form.querySelector("input");
    var list = place.querySelector(".barras");
    var chosenText = place.querySelector(".seleccion");
    var first = list ? Array.from(list.children) : [];
    selects.forEach(function (select, column) {
      var names = Array.from(new Set(rows.map(function (row) { return row.names[column]; })));
      select.append(new Option(form.dataset.todas, ""));
      names.forEach(function (name) { select.append(new Option(name, name)); });
    });

    function apply() {
      var wanted = words(text.value);
      var left = rows.filter(function (row) {
        var fits = selects.every(function (select, column) { return !select.value || row.names[column] === select.value; })
          && wanted.every(function (word) { return row.text.includes(word); });
        row.element.hidden = !fits;
        return fits;
      });
      tell(form, left.length);
      if (!list) { return; }
      var open = selects.map(function (_, column) { return column; }).filter(function (column) { return !selects[column].value; });
      var chosen = selects.filter(function (select) { return select.value; });
      if (chosen.length && open.length === 1) {
        var total = rows[0].names[open[0]];
        draw(list, first[0], left.filter(function (row) { return row.names[open[0]] !== total; }), open[0]);
        chosenText.textContent = " · " + chosen.map(function (select) { return select.value; }).join(" · ");
      } else {
        list.replaceChildren.apply(list, first);
        chosenText.textContent = "";
      }
    }
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    tell(form, rows.length);
  }

  function search(form) {
    var input = form.querySelector("input");
    var list = document.getElementById("resultados");
    var entries = Array.from(list.children, function (item) {
      return {
        item: item,
        title: plain(item.querySelector("a").textContent),
        text: plain(item.textContent + " " + (item.dataset.palabras || ""))
      };
    });
    function apply() {
      var wanted = words(input.value);
      var found = entries.filter(function (entry) {
        var fits = wanted.every(function (word) { return entry.text.includes(word); });
        entry.item.hidden = !fits;
        return fits;
      });
      // titles that say it first
      found.sort(function (a, b) {
        function inTitle(entry) { return wanted.filter(function (word) { return entry.title.includes(word); }).length; }
        return inTitle(b) - inTitle(a);
      });
      if (wanted.length) { list.append.apply(list, found.map(function (entry) { return entry.item; })); }
      tell(form, found.length);
    }
    form.hidden = false;
    input.value = new URLSearchParams(location.search).get("q") || "";
    form.addEventListener("input", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    apply();
  }

  // a link to a closed list of codes opens it
  function openTarget() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") { target.open = true; }
  }

  document.querySelectorAll("[data-cuadro]").forEach(table);
  document.querySelectorAll("#buscador").forEach(search);
  window.addEventListener("hashchange", openTarget);
  openTarget();
})();
