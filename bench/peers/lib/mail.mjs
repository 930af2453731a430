// A mail server that takes everything and keeps nothing, so that who sends mails has somewhere to send them.
import { createServer } from "node:net";

const ANSWERS = new Map([
  ["EHLO", "250 race"],
  ["HELO", "250 race"],
  ["DATA", "354 go on"],
  ["QUIT", "221 bye"],
]);

/** Listens on a free port; answers `{ port, stop() }`. */
export async function mail() {
  const open = new Set();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => {});
    socket.write("220 race\r\n");
    let unread = "";
    let inMail = false;
    socket.on("data", (bytes) => {
      unread += bytes.toString("latin1");
      for (let end = unread.indexOf("\r\n"); end >= 0; end = unread.indexOf("\r\n")) {
        const line = unread.slice(0, end);
        unread = unread.slice(end + 2);
        if (inMail && line !== ".") continue;
        const word = inMail ? "." : line.slice(0, 4).toUpperCase();
        inMail = word === "DATA";
        socket.write(`${ANSWERS.get(word) ?? "250 ok"}\r\n`);
        if (word === "QUIT") socket.end();
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    port,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
