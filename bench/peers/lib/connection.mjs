// One kept-alive HTTP/1.1 connection to the loopback address, one request at a time, as a buyer's program has it.
//
// Written over a socket because the driver shares the machine's cores with whom it measures: `fetch` and `node:http`
// take several times as long for a request. Bodies by length, in chunks, or until the connection ends.
import { connect } from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");
const LINE_END = Buffer.from("\r\n");
const SILENCE_MS_MAX = 180_000;

export class Connection {
  #port;
  #socket = null;
  #unread = Buffer.alloc(0);
  #ended = true;
  #fault = null;
  #wake = () => {};

  constructor(port) {
    this.#port = port;
  }

  /** Asks, and answers `{ status, headers, text, json() }`; header names are in lower case. */
  async ask(method, path, { headers = {}, body } = {}) {
    const text = body === undefined || typeof body === "string" ? (body ?? "") : JSON.stringify(body);
    let head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${this.#port}\r\n`;
    if (body !== undefined && typeof body !== "string") head += "content-type: application/json\r\n";
    for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
    if (method !== "GET") head += `content-length: ${Buffer.byteLength(text)}\r\n`;
    await this.#open();
    this.#socket.write(`${head}\r\n${text}`);
    const answer = await this.#answer();
    if (answer.headers.connection === "close") this.close();
    return answer;
  }

  close() {
    this.#socket?.destroy();
    this.#socket = null;
    this.#ended = true;
  }

  async #open() {
    if (!this.#ended && !this.#socket.destroyed) return;
    this.close();
    this.#unread = Buffer.alloc(0);
    this.#ended = false;
    this.#fault = null;
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    this.#socket = socket;
    const mine = (change) => (...args) => {
      if (socket !== this.#socket) return;
      change(...args);
      this.#wake();
    };
    socket.on("data", mine((bytes) => {
      this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    }));
    socket.on("error", mine((cause) => (this.#fault = cause)));
    socket.on("close", mine(() => (this.#ended = true)));
    socket.setTimeout(SILENCE_MS_MAX, () => socket.destroy(new Error("no answer in time")));
    socket.on("end", mine(() => (this.#ended = true)));
  }

  /** Waits until more bytes are there; false when none will come. */
  async #more() {
    if (this.#fault) throw this.#fault;
    if (this.#ended) return false;
    const before = this.#unread.length;
    await new Promise((resolve) => (this.#wake = resolve));
    if (this.#fault) throw this.#fault;
    return this.#unread.length > before || !this.#ended;
  }

  async #until(mark) {
    for (;;) {
      const at = this.#unread.indexOf(mark);
      if (at >= 0) return this.#take(at + mark.length).subarray(0, at);
      if (!(await this.#more())) throw new Error("the connection ended within an answer");
    }
  }

  async #exactly(length) {
    while (this.#unread.length < length) {
      if (!(await this.#more())) throw new Error("the connection ended within an answer");
    }
    return this.#take(length);
  }

  #take(length) {
    const taken = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    return taken;
  }

  async #answer() {
    const [first, ...lines] = (await this.#until(HEAD_END)).toString("latin1").split("\r\n");
    const headers = {};
    const cookies = [];
    for (const line of lines) {
      const colon = line.indexOf(":");
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).trim();
      if (name === "set-cookie") cookies.push(value);
      else headers[name] = value;
    }
    const status = Number(first.split(" ")[1]);
    const text = (await this.#body(status, headers)).toString("utf8");
    return { status, headers, cookies, text, json: () => JSON.parse(text) };
  }

  async #body(status, headers) {
    if (status === 204 || status === 304) return Buffer.alloc(0);
    if (headers["content-length"] !== undefined) return this.#exactly(Number(headers["content-length"]));
    if (headers["transfer-encoding"] === "chunked") {
      const parts = [];
      for (;;) {
        const length = parseInt((await this.#until(LINE_END)).toString("latin1"), 16);
        const part = await this.#exactly(length + 2);
        if (length === 0) return Buffer.concat(parts);
        parts.push(part.subarray(0, length));
      }
    }
    while (await this.#more()) continue;
    headers.connection = "close";
    return this.#take(this.#unread.length);
  }
}

/** A connection with a cookie jar, as a browser has it. */
export class Browser extends Connection {
  #jar = new Map();

  async ask(method, path, { headers = {}, body } = {}) {
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await super.ask(method, path, { headers: cookie ? { ...headers, cookie } : headers, body });
    for (const line of answer.cookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name) this.#jar.set(name, value);
    }
    return answer;
  }

  cookie(name) {
    return this.#jar.get(name);
  }

  /** Sends a form the way a page does. */
  form(path, fields, headers = {}) {
    const body = new URLSearchParams(fields).toString();
    return this.ask("POST", path, {
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body,
    });
  }
}
