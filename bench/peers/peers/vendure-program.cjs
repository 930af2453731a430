// The Vendure program that is raced: its configuration, and what this process is: `server`, `worker`, or `schema`,
// which makes the tables and ends. The package itself is installed elsewhere (RACE_VENDURE) by whoever runs
// the race; nothing of it is in this repository.
//
// As its production guide says: NODE_ENV=production, the schema not synchronised at a start, jobs in the database and
// done by a worker process of their own, own credentials and cookie secret, no playground, little logging.
//
// SQLite is for development there. A second process locks the server out of the file (tried: "database is locked" at
// eight buyers), so on SQLite it runs as the package comes: one process, jobs in memory, no search index.
const { createRequire } = require("node:module");
const { join } = require("node:path");

const vendure = createRequire(join(process.env.RACE_VENDURE, "package.json"))("@vendure/core");
const role = process.argv[2];

const connection = process.env.RACE_POSTGRES
  ? { type: "postgres", url: process.env.RACE_POSTGRES }
  : { type: "better-sqlite3", database: process.env.RACE_SQLITE, enableWAL: true };

const config = {
  apiOptions: {
    hostname: "127.0.0.1",
    port: Number(process.env.RACE_PORT),
    adminApiPath: "admin-api",
    shopApiPath: "shop-api",
    adminApiPlayground: false,
    shopApiPlayground: false,
    cors: false,
  },
  authOptions: {
    tokenMethod: ["bearer"],
    requireVerification: false,
    superadminCredentials: { identifier: "race", password: process.env.RACE_PASSWORD },
    cookieOptions: { secret: process.env.RACE_PASSWORD },
  },
  dbConnectionOptions: { ...connection, synchronize: role === "schema", migrations: [], logging: false },
  paymentOptions: { paymentMethodHandlers: [vendure.dummyPaymentHandler] },
  logger: new vendure.DefaultLogger({ level: vendure.LogLevel.Warn, timestamp: true }),
  importExportOptions: { importAssetsDir: process.env.RACE_HOME },
  plugins: process.env.RACE_POSTGRES
    ? [
        vendure.DefaultJobQueuePlugin.init({ useDatabaseForBuffer: true }),
        vendure.DefaultSchedulerPlugin.init(),
        vendure.DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
      ]
    : [],
};

async function main() {
  if (role === "worker") {
    const worker = await vendure.bootstrapWorker(config);
    await worker.startJobQueue();
    return;
  }
  const app = await vendure.bootstrap(config);
  // As behind any proxy: Node's five seconds would end connections that a busy server has not yet read from.
  app.getHttpServer().keepAliveTimeout = 65_000;
  if (role === "schema") await app.close().then(() => process.exit(0));
}

main().catch((cause) => {
  console.error(cause);
  process.exit(1);
});
