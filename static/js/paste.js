// Pasting: what comes from Word, LibreOffice, Google Docs, a mail or a web page becomes Markdown of
// our dialect (wiki/markup.py). Plain text, and what cannot be read, is left to the browser.
(() => {
  "use strict";

  // A field holds 30,000 letters; as HTML from Word they are well below this.
  const MOST_LETTERS = 1_000_000;
  const MOST_TAGS = 15_000;
  const MOST_ELEMENTS = 6_000;
  const MOST_COLUMNS = 50;

  document.addEventListener("paste", (event) => {
    const field = event.target.closest?.("textarea[data-markdown]");
    if (!field || event.defaultPrevented) return;
    const markdown = read(event.clipboardData.getData("text/html"));
    if (!markdown) return;
    event.preventDefault();
    putIn(field, markdown);
  });

  // Empty when the plain text says the same, or is the better choice.
  function read(html) {
    if (!html || html.length > MOST_LETTERS || html.split("<").length > MOST_TAGS) return "";
    const body = parsed(html);
    if (body.getElementsByTagName("*").length > MOST_ELEMENTS || isFromCodeEditor(body)) return "";
    for (const tidy of [dropParts, dropLetters, findHeadings, findLists, findTables, findEmphasis]) {
      tidy(body);
    }
    const markdown = polished(service.turndown(body));
    return body.querySelector(FORMATTED) || markdown.includes("\n") ? markdown : "";
  }

  const FORMATTED = "strong, em, code, a[href], img, li, table, pre, blockquote, hr, h1, h2, h3, h4, h5, h6";

  // The content policy forbids style here, too: `data-style` is read instead.
  function parsed(html) {
    const inert = html
      .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s"'/])(style|on[a-z]+)(?=\s*=)/gi, "$1data-$2"))
      .replace(/<base\b/gi, "<wbr")
      .replace(/<(\/?)style\b/gi, "<$1noframes");
    return new DOMParser().parseFromString(inert, "text/html").body;
  }

  // The last declaration counts, as in CSS; Word's own properties are among them.
  function styled(element, property) {
    const declarations = (element.dataset.style ?? "").toLowerCase().split(";");
    const found = declarations.map((one) => one.split(":")).filter(([name]) => name.trim() === property);
    return found.at(-1)?.[1]?.trim().replace(/\s+/g, " ") ?? "";
  }

  function isFromCodeEditor(body) {
    return [...body.children].some((child) => styled(child, "white-space") === "pre");
  }

  function unwrap(element) {
    element.replaceWith(...element.childNodes);
  }

  function renamed(element, name) {
    if (element.localName === name) return element;
    const made = element.ownerDocument.createElement(name);
    made.append(...element.childNodes);
    element.replaceWith(made);
    return made;
  }

  const DROPPED = `script, noframes, noscript, template, iframe, object, embed, svg, math, canvas, audio,
    video, button, input, select, textarea, nav, dialog, colgroup, del, [hidden], [aria-hidden=true],
    .MsoCommentReference`;

  function dropParts(body) {
    for (const part of body.querySelectorAll(DROPPED)) part.remove();
    for (const part of body.querySelectorAll("[data-style]")) {
      if (styled(part, "display") === "none" || styled(part, "mso-hide") === "all"
        || styled(part, "mso-element").startsWith("comment")) part.remove();
    }
  }

  // Hard spaces and hyphens and soft ones are the layout of another page.
  function dropLetters(body) {
    const texts = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      texts.currentNode.data = texts.currentNode.data
        .replace(/[\u00ad\u200b\u2060\ufeff]/g, "")
        .replace(/[\u00a0\u2007\u202f]/g, " ")
        .replace(/\u2011/g, "-")
        .normalize("NFC");
    }
  }

  // Headings by name, by role or by Word's outline, the highest as ##.
  function findHeadings(body) {
    for (const part of body.querySelectorAll("p, div[role=heading]")) {
      const level = part.matches(".MsoTitle") ? 1 : Number(part.matches("[role=heading]")
        ? part.getAttribute("aria-level") || 2
        : styled(part, "mso-outline-level"));
      if (level >= 1 && level <= 6) renamed(part, `h${level}`);
    }
    const headings = [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")];
    const lower = 2 - Math.min(...headings.map(levelOf));
    for (const heading of headings) {
      for (const inner of heading.querySelectorAll("b, strong, br, [data-style]")) {
        if (isMarker(inner)) inner.remove();
        else if (inner.localName === "br") inner.replaceWith(" ");
        else unwrap(inner);
      }
      renamed(heading, `h${Math.min(6, levelOf(heading) + lower)}`);
    }
  }

  const levelOf = (heading) => Number(heading.localName[1]);
  const isMarker = (element) => styled(element, "mso-list") === "ignore";

  // Word writes list items as paragraphs: `mso-list:l0 level2 lfo1`, with the bullet or number in a
  // span of its own.
  function findLists(body) {
    let open = [];
    for (const part of body.querySelectorAll("p, div")) {
      const level = Number(/^l\d+ level(\d)/.exec(styled(part, "mso-list"))?.[1]);
      if (!level) continue;
      const marker = [...part.querySelectorAll("[data-style]")].find(isMarker);
      const number = /^\W*(?:(\d+)|[a-z]{1,5})[.)]/i.exec(marker?.textContent ?? "");
      const name = number ? "ol" : "ul";
      marker?.remove();
      if (part.previousElementSibling !== open[0]?.list) open = [];
      while (open.length && open.at(-1).level > level) open.pop();
      if (open.length && open.at(-1).level === level && open.at(-1).list.localName !== name) open.pop();
      if (!open.length || open.at(-1).level < level) {
        const list = body.ownerDocument.createElement(name);
        if (number?.[1] > 1) list.setAttribute("start", number[1]);
        if (open.length) open.at(-1).list.lastElementChild.append(list);
        else part.before(list);
        open.push({ level, list });
      }
      open.at(-1).list.append(renamed(part, "li"));
    }
    // Google Docs puts a nested list beside the item, not into it.
    for (const list of body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) {
      if (list.previousElementSibling) list.previousElementSibling.append(list);
      else unwrap(list);
    }
    for (const list of body.querySelectorAll("ol")) {
      let number = Number(list.getAttribute("start")) || 1;
      for (const item of list.children) item.dataset.number = number++;
    }
  }

  // Tables that only arrange a page are taken apart, the inner ones first.
  function findTables(body) {
    for (const table of [...body.querySelectorAll("table")].reverse()) {
      for (const row of [...table.rows]) if (!row.textContent.trim()) row.remove();
      for (const caption of table.querySelectorAll("caption")) table.before(renamed(caption, "p"));
      const columns = columnsOf(table);
      if (table.rows.length > 1 && columns > 1 && columns <= MOST_COLUMNS && !table.querySelector("table")) {
        for (const row of table.rows) row.dataset.lacks = columns - widthOf(row);
        table.rows[0].dataset.columns = columns;
        continue;
      }
      const parts = [...table.rows].flatMap((row) => [...row.cells]);
      table.replaceWith(...parts.map((cell) => renamed(cell, "div")));
    }
  }

  const widthOf = (row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
  const columnsOf = (table) => Math.max(0, ...[...table.rows].map(widthOf));

  const BLOCKS = "p, div, li, ul, ol, table, blockquote, pre, h1, h2, h3, h4, h5, h6";

  // Emphasis by name or by style. It says nothing on whole headings, and inside a word our dialect
  // takes the mark for a letter.
  function findEmphasis(body) {
    for (const part of body.querySelectorAll("[data-style]")) {
      const weight = styled(part, "font-weight");
      const slant = styled(part, "font-style");
      if (part.matches("b, strong") && /^(normal|[1-4]00)/.test(weight)) unwrap(part);
      else if (part.matches("i, em") && slant === "normal") unwrap(part);
      else {
        if (/^(bold|[6-9]00)/.test(weight)) wrapContent(part, "strong");
        if (slant === "italic") wrapContent(part, "em");
      }
    }
    for (const [names, name] of [["b, strong", "strong"], ["i, em", "em"]]) {
      for (const part of body.querySelectorAll(names)) {
        const isNested = part.parentElement.closest(names);
        if (isNested || part.querySelector(BLOCKS) || !part.textContent.trim()) unwrap(part);
        else renamed(part, name);
      }
      for (const part of body.querySelectorAll(name)) joinNext(part);
    }
    for (const part of body.querySelectorAll("strong, em")) if (isInsideWord(part)) unwrap(part);
  }

  function wrapContent(part, name) {
    if (part.querySelector(BLOCKS) || part.closest("h1, h2, h3, h4, h5, h6, th")) return;
    const made = part.ownerDocument.createElement(name);
    made.append(...part.childNodes);
    part.append(made);
  }

  // Word cuts one bold sentence into many pieces.
  function joinNext(part) {
    for (;;) {
      const between = part.nextSibling?.nodeType === Node.TEXT_NODE && !part.nextSibling.data.trim()
        ? part.nextSibling : null;
      const next = between ? between.nextSibling : part.nextSibling;
      if (next?.localName !== part.localName) return;
      if (between) part.append(between);
      part.append(...next.childNodes);
      next.remove();
    }
  }

  function isInsideWord(part) {
    const before = part.previousSibling?.textContent.at(-1) ?? "";
    const after = part.nextSibling?.textContent[0] ?? "";
    const text = part.textContent;
    return /[\p{L}\p{N}]{2}/u.test(before + text[0]) || /[\p{L}\p{N}]{2}/u.test(text.at(-1) + after);
  }

  const service = new TurndownService({
    headingStyle: "atx", hr: "---", bulletListMarker: "-", codeBlockStyle: "fenced", emDelimiter: "*", br: "",
  });

  // Only what our dialect would take for a mark.
  service.escape = (text) => text
    .replace(/\\(?=[\\`*_{}[\]()#+\-.!>])/g, "\\\\")
    .replace(/`/g, "\\`")
    .replace(/(?<![\p{L}\p{N}])[*_](?!\s)|(?<!\s)[*_](?![\p{L}\p{N}])|^[*](?=\s)/gu, "\\$&")
    .replace(/\[(?=[^[\]]*\]\()/g, "\\[")
    .replace(/^(#{1,6}|>|\+)(?=\s)/, "\\$1");

  service.addRule("item", {
    filter: "li",
    replacement: (content, item) => {
      const mark = item.dataset.number ? `${item.dataset.number}. ` : "- ";
      return `${mark}${content.trim().replace(/\n/g, `\n${" ".repeat(mark.length)}`)}\n`;
    },
  });

  service.addRule("link", {
    filter: "a",
    replacement: (content, link) => {
      const text = content.trim().replace(/\s+/g, " ");
      const href = link.getAttribute("href");
      const address = addressOf(href);
      if (!text || !address || text.startsWith("![")) return content;
      const said = link.textContent.trim();
      return [said, `${said}/`, `mailto:${said}`].includes(href) ? said : `[${text}](${address})`;
    },
  });

  // Our own pages without our name, so that they stay right when it changes.
  function addressOf(href) {
    let address;
    try {
      address = new URL(href);
    } catch {
      return "";
    }
    if (!["http:", "https:", "mailto:", "tel:"].includes(address.protocol)) return "";
    const isOurs = address.origin === location.origin;
    const shown = isOurs ? address.href.slice(address.origin.length) : address.href;
    return shown.replaceAll("(", "%28").replaceAll(")", "%29");
  }

  // Pictures of our own stay; one elsewhere becomes a link if somebody described it.
  service.addRule("picture", {
    filter: "img",
    replacement: (_content, picture) => {
      const address = addressOf(picture.getAttribute("src"));
      const text = (picture.getAttribute("alt") ?? "").replace(/[[\]\s]+/g, " ").trim();
      if (address.startsWith("/dateien/")) return `![${text}](${address})`;
      if (!/\p{L}{2}/u.test(text) || picture.closest("a")) return text;
      return /^https?:/.test(address) ? `[${text}](${address})` : "";
    },
  });

  service.addRule("preformatted", {
    filter: "pre",
    replacement: (_content, part) => `\n\n\`\`\`\n${part.textContent.trimEnd().replace(/^\n+/, "")}\n\`\`\`\n\n`,
  });

  // The first row is the head: Word and LibreOffice mark none, and a table needs one.
  service.addRule("cell", {
    filter: ["th", "td"],
    replacement: (content, cell) => {
      const text = content.trim().replace(/\n+/g, "<br>").replace(/\|/g, "\\|");
      return `${text && ` ${text}`} |${" |".repeat(cell.colSpan - 1)}`;
    },
  });
  service.addRule("row", {
    filter: "tr",
    replacement: (content, row) => {
      const { columns, lacks } = row.dataset;
      return `\n|${content}${" |".repeat(lacks)}${columns ? `\n|${" --- |".repeat(columns)}` : ""}`;
    },
  });
  service.addRule("rows", { filter: ["thead", "tbody", "tfoot"], replacement: (content) => content });
  service.addRule("table", { filter: "table", replacement: (content) => `\n\n${content.trim()}\n\n` });

  // Bullets somebody typed are bullets, and items stand together.
  function polished(markdown) {
    return markdown.split("\n").map((line) => line.trimEnd()).join("\n")
      .replace(/^( *)[•▪◦‣·\uf0a7\uf0b7]\s+/gm, "$1- ")
      .replace(/^( *(?:-|\d+\.) .*)\n\n(?= *(?:-|\d+\.) )/gm, "$1\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim();
  }

  // One step for Ctrl+Z. Chromium needs seconds for many lines as `insertText`; as `insertHTML`,
  // which other browsers refuse in a field, a moment.
  function putIn(field, markdown) {
    const { value, selectionStart: start, selectionEnd: end } = field;
    const isBlock = /\n|^(?:#{1,6} |- |\d+\. |> )/.test(markdown);
    const gap = (missing) => (isBlock ? "\n".repeat(Math.max(0, missing)) : "");
    const before = value.slice(0, start);
    const after = value.slice(end);
    const text = gap(before ? 2 - /\n*$/.exec(before)[0].length : 0) + markdown
      + gap(after.trim() ? 2 - /^\n*/.exec(after)[0].length : 0);
    const wanted = before + text + after;
    const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    field.focus();
    if (document.execCommand("insertHTML", false, escaped) && field.value === wanted) return;
    if (field.value === value && document.execCommand("insertText", false, text)) return;
    field.value = wanted;
    field.setSelectionRange(start + text.length, start + text.length);
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
  }
})();
