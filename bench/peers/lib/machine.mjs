// Processes, ports, folders and waiting. Not here: what the processes are (`postgres`, `redis`, `peers/`).
//
// A server must not outlive the race, however that ends: it is started by a shell that reads from a pipe whose other end
// only this process holds. When this process is gone, even by SIGKILL, the kernel closes the pipe, and the shell ends
// the server.
import { execFile, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { chown, readFile, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

const GUARD = `
signal=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
( read -r nothing <&3; kill -s "$signal" "$server" 2>/dev/null; sleep 20; kill -s KILL 0 ) &
exec 3<&-
wait "$server"
`;
const START_MS_MAX = 180_000;
const STOP_MS_MAX = 30_000;
const LOOK_MS = 50;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs a program to its end and answers its standard output. */
export async function run(program, args, options = {}) {
  try {
    const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 64 << 20, ...options });
    return stdout;
  } catch (cause) {
    const said = `${cause.stdout ?? ""}${cause.stderr ?? ""}`.trim().split("\n").slice(-15).join("\n");
    throw new Error(`${program} ${args.slice(0, 3).join(" ")} … failed: ${said || cause.message}`, { cause });
  }
}

/** Starts a server whose output goes to `folder/name.log`; `stop()` ends it and waits for that. */
export function serve(folder, name, command, { signal = "TERM", ...options } = {}) {
  const log = join(folder, `${name}.log`);
  const child = spawn("/bin/sh", ["-c", GUARD, "guard", signal, ...command], {
    ...options,
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own, so that Ctrl-C reaches us alone and the guard does its work.
    detached: true,
  });
  const file = createWriteStream(log, { flags: "a" });
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  child.stdin.on("error", () => {});
  let gone = false;
  const ended = new Promise((resolve) => {
    const done = () => {
      gone = true;
      resolve();
    };
    child.once("exit", done);
    child.once("error", done);
  });
  return {
    name,
    /** Waits until `ready` answers true, with a bound; a server that has ended is a failure with its log's end. */
    async until(ready) {
      const last = performance.now() + START_MS_MAX;
      while (!(await ready().catch(() => false))) {
        if (gone || performance.now() > last) {
          const said = await readFile(log, "utf8").catch(() => "");
          throw new Error(`${name} did not start:\n${said.split("\n").slice(-20).join("\n")}`);
        }
        await pause(LOOK_MS);
      }
    },
    async stop() {
      child.stdin.destroy();
      await Promise.race([ended, pause(STOP_MS_MAX).then(() => "late")]);
      // What the server itself left behind, its own workers, is in its group.
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // Nothing is left: that is how it should be.
      }
      await ended;
      file.end();
    },
  };
}

/** Stops servers, last started first. */
export async function stopAll(servers) {
  for (const server of [...servers].reverse()) await server.stop();
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Gives a path the owner of another. */
export async function chownLike(path, like) {
  const { uid, gid } = await stat(like);
  await chown(path, uid, gid);
}

export function environment(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run this through \`cargo xtask race\``);
  return value;
}
