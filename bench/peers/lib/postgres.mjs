// A PostgreSQL of one contestant's own, durable as in production: fsync and synchronous_commit stay on.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { environment, freePort, run, serve } from "./machine.mjs";

const USER = "race";
// What a guide for a small machine would set; the same for every contestant. The rest is the server's default.
const SETTINGS = {
  shared_buffers: "1GB",
  effective_cache_size: "4GB",
  max_wal_size: "4GB",
  max_connections: "200",
};

/** Starts one under `folder`; answers what a contestant needs of it. */
export async function postgres(folder) {
  const programs = environment("POSTGRES_BIN");
  const home = join(folder, "postgres");
  await mkdir(home);
  const account = await ordinary(home);
  const data = join(home, "data");
  const tool = (name, args, options) => run(join(programs, name), args, { ...account, cwd: home, ...options });
  await tool("initdb", ["-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]);
  const port = await freePort();
  const settings = { ...SETTINGS, port, listen_addresses: "127.0.0.1", unix_socket_directories: home };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // SIGINT is the server's fast shutdown; SIGTERM would wait for its clients.
  const command = [join(programs, "postgres"), "-D", data, ...flags];
  const server = serve(folder, "postgres", command, { ...account, cwd: home, signal: "INT" });
  const reach = ["-h", "127.0.0.1", "-p", String(port), "-U", USER];
  await server.until(async () => (await tool("pg_isready", reach)) !== undefined);
  const query = (name, sql) => tool("psql", [...reach, "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", name, "-c", sql]);
  return {
    port,
    user: USER,
    reach,
    tool,
    home,
    query,
    /** Runs a file of statements, which the server's account need not be able to read. */
    async feed(name, file) {
      const input = await open(file);
      const flags = [...reach, "-Xq", "-v", "ON_ERROR_STOP=1", "-d", name];
      const psql = spawn(join(programs, "psql"), flags, { stdio: [input.fd, "ignore", "inherit"] });
      const [code] = await once(psql, "exit");
      await input.close();
      if (code !== 0) throw new Error(`${file} was not taken in: psql ended with ${code}`);
    },
    url: (name) => `postgres://${USER}@127.0.0.1:${port}/${name}`,
    database: (name) => query("postgres", `create database ${name}`),
    stop: () => server.stop(),
  };
}

/** The server refuses to run as root: then it runs as Debian's account for it, which gets the folder. */
async function ordinary(home) {
  if (process.getuid() !== 0) return {};
  const number = async (flag) => Number(await run("id", [flag, "postgres"]));
  const account = { uid: await number("-u"), gid: await number("-g") };
  await chown(home, account.uid, account.gid);
  return account;
}
