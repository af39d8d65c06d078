// Documents in XML and HTML: a small DOM, enough to look at a response, and XPath.
(function (kit) {
  "use strict";
  const { call, part, scope } = kit;

  class Node {
    constructor(parent) {
      this.parentNode = parent;
    }
    get nodeValue() {
      return null;
    }
  }

  class Text extends Node {
    constructor(text, parent) {
      super(parent);
      this.textContent = this.nodeValue = this.data = text;
      this.nodeType = 3;
      this.nodeName = "#text";
    }
    get nodeValue() {
      return this.data;
    }
    set nodeValue(text) {
      this.data = text;
    }
  }

  class Element extends Node {
    constructor([tag, attributes, content], parent) {
      super(parent);
      this.nodeType = 1;
      this.tagName = this.nodeName = tag;
      this.localName = tag.slice(tag.indexOf(":") + 1);
      this.attributes = Object.entries(attributes).map(([name, value]) => ({ name, value, nodeName: name, nodeValue: value }));
      this.childNodes = content.map((one) => (typeof one === "string" ? new Text(one, this) : new Element(one, this)));
    }
    get children() {
      return this.childNodes.filter((node) => node.nodeType === 1);
    }
    get firstChild() {
      return this.childNodes[0] ?? null;
    }
    get lastChild() {
      return this.childNodes.at(-1) ?? null;
    }
    get firstElementChild() {
      return this.children[0] ?? null;
    }
    get textContent() {
      return this.childNodes.map((node) => node.textContent).join("");
    }
    get id() {
      return this.getAttribute("id") ?? "";
    }
    get className() {
      return this.getAttribute("class") ?? "";
    }
    getAttribute(name) {
      const found = this.attributes.find((one) => one.name === name);
      return found ? found.value : null;
    }
    hasAttribute(name) {
      return this.getAttribute(name) !== null;
    }
    *descendants() {
      for (const child of this.children) {
        yield child;
        yield* child.descendants();
      }
    }
    matching(holds) {
      const found = [...this.descendants()].filter(holds);
      defineItem(found);
      return found;
    }
    getElementsByTagName(name) {
      return this.matching((one) => name === "*" || one.tagName === name || one.localName === name);
    }
    getElementsByClassName(name) {
      return this.matching((one) => one.className.split(/\s+/).includes(name));
    }
    querySelector(selector) {
      return this.querySelectorAll(selector)[0] ?? null;
    }
    querySelectorAll(selector) {
      return this.matching(part("selectors").compiled(selector));
    }
    matches(selector) {
      return part("selectors").compiled(selector)(this);
    }
    closest(selector) {
      const holds = part("selectors").compiled(selector);
      for (let one = this; one; one = one.parentNode) if (holds(one)) return one;
      return null;
    }
    get nextElementSibling() {
      const all = this.parentNode ? this.parentNode.children : [];
      return all[all.indexOf(this) + 1] ?? null;
    }
    get previousElementSibling() {
      const all = this.parentNode ? this.parentNode.children : [];
      return all[all.indexOf(this) - 1] ?? null;
    }
    get lastElementChild() {
      return this.children.at(-1) ?? null;
    }
    get classList() {
      const names = this.className.split(/\s+/).filter(Boolean);
      return Object.assign(names, { contains: (name) => names.includes(name) });
    }
    get innerHTML() {
      return this.childNodes.map((node) => (node.nodeType === 3 ? escaped(node.data) : node.toXml())).join("");
    }
    get outerHTML() {
      return this.toXml();
    }
    toXml() {
      const attributes = this.attributes.map(({ name, value }) => ` ${name}="${escaped(value).replaceAll('"', "&quot;")}"`);
      const inner = this.childNodes.map((node) => (node.nodeType === 3 ? escaped(node.data) : node.toXml()));
      return `<${this.tagName}${attributes.join("")}>${inner.join("")}</${this.tagName}>`;
    }
    toString() {
      return this.toXml();
    }
    toJSON() {
      return this.toXml();
    }
  }

  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const defineItem = (list) => Object.defineProperty(list, "item", { value: (index) => list[index] ?? null, enumerable: false });

  // The members of a document, over a tree that is read when one of them is used.
  function documentOf(text, isHtml) {
    let root;
    const tree = () => (root ??= new Element(call("parseXml", text, isHtml), null));
    const all = () => [tree(), ...tree().descendants()];
    const list = (holds) => {
      const found = all().filter(holds);
      defineItem(found);
      return found;
    };
    return {
      getElementsByTagName: (name) => list((one) => name === "*" || one.tagName === name || one.localName === name),
      getElementsByClassName: (name) => list((one) => one.className.split(/\s+/).includes(name)),
      getElementById: (id) => all().find((one) => one.getAttribute("id") === id) ?? null,
      querySelector: (selector) => list(part("selectors").compiled(selector))[0] ?? null,
      querySelectorAll: (selector) => list(part("selectors").compiled(selector)),
      xpath: (path) => found(text, isHtml, path),
      toXml: () => text,
      toString: () => text,
      get documentElement() {
        return tree();
      },
      get body() {
        return all().find((one) => one.localName === "body") ?? null;
      },
      get head() {
        return all().find((one) => one.localName === "head") ?? null;
      },
      get title() {
        return (all().find((one) => one.localName === "title")?.textContent ?? "").trim();
      },
      get firstElementChild() {
        return tree();
      },
      get firstChild() {
        return tree();
      },
      get childNodes() {
        return [tree()];
      },
      get children() {
        return [tree()];
      },
      get textContent() {
        return tree().textContent;
      },
    };
  }

  function found(text, isHtml, path) {
    return call("xpath", text, path, isHtml);
  }

  function bodyOf(text, mime) {
    const body = Object(text);
    Object.defineProperties(body, hidden(Object.getOwnPropertyDescriptors(documentOf(text, mime === "text/html"))));
    return body;
  }

  function hidden(descriptors) {
    for (const name of Object.keys(descriptors)) descriptors[name].enumerable = false;
    return descriptors;
  }

  class DOMParser {
    parseFromString(text, mime) {
      const isHtml = mime === "text/html";
      call("parseXml", String(text), isHtml);
      return documentOf(String(text), isHtml);
    }
  }

  function xpath(given, written) {
    const path = String(written);
    if (typeof given === "string") return found(given, /^\s*<!doctype html|^\s*<html/i.test(given), path);
    if (given && typeof given.xpath === "function") return given.xpath(path);
    if (given && typeof given.toXml === "function") return found(given.toXml(), false, path);
    // Without a document it is the body of the response that is meant.
    if (scope.response && scope.response.body && typeof scope.response.body.xpath === "function") return scope.response.body.xpath(path);
    return found(scope.response ? scope.response.text : "", false, path);
  }

  function jsonPath(given, path) {
    const isText = typeof given === "string" || given instanceof String;
    return call("jsonPath", isText ? String(given) : JSON.stringify(given), String(path));
  }

  return { bodyOf, DOMParser, xpath, jsonPath };
})
