// Vendure by its shop API. A guest's flow is the one of its storefront: add to the order,
// say who and where to, choose a shipping method, go to payment, pay by its dummy handler, which settles at once.
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { Connection } from "../lib/connection.mjs";
import { environment, freePort, run, serve, stopAll } from "../lib/machine.mjs";
import { postgres } from "../lib/postgres.mjs";

const IDLE_MS_MAX = 30_000;
const PROGRAM = fileURLToPath(new URL("vendure-program.cjs", import.meta.url));

export const sqlite = {
  name: "vendure-sqlite",
  about: "Vendure, one process, SQLite (better-sqlite3)",
  start: (folder) => start(folder, null),
};
export const onPostgres = {
  name: "vendure-postgres",
  about: "Vendure, server and worker, PostgreSQL",
  start: async (folder) => start(folder, await postgres(folder)),
};

async function start(folder, database) {
  const servers = database ? [database] : [];
  try {
    await database?.database("vendure");
    const home = join(folder, "vendure");
    await mkdir(home);
    const port = await freePort();
    const password = randomBytes(18).toString("hex");
    const env = {
      ...process.env,
      NODE_ENV: "production",
      RACE_VENDURE: environment("RACE_VENDURE"),
      RACE_HOME: home,
      RACE_PORT: String(port),
      RACE_PASSWORD: password,
      ...(database ? { RACE_POSTGRES: database.url("vendure") } : { RACE_SQLITE: join(home, "vendure.sqlite") }),
    };
    await run(process.execPath, [PROGRAM, "schema"], { env, cwd: home });
    const server = serve(folder, "vendure", [process.execPath, PROGRAM, "server"], { env, cwd: home });
    servers.push(server);
    await server.until(async () => {
      const look = new Connection(port);
      const answer = await look.ask("GET", "/health").finally(() => look.close());
      return answer.status === 200;
    });
    if (database) servers.push(serve(folder, "worker", [process.execPath, PROGRAM, "worker"], { env, cwd: home }));
    const owner = await signedIn(port, password);
    const goods = await furnish(owner);
    return { ...shop(port, owner, goods), stop: () => stopAll(servers) };
  } catch (cause) {
    await stopAll(servers);
    throw cause;
  }
}

/** A client of one of the two APIs that keeps its session's token, and its connection unless that is long idle. */
function client(port, path) {
  const connection = new Connection(port);
  let askedAt = 0;
  let token;
  return {
    close: () => connection.close(),
    async ask(query, variables = {}) {
      if (performance.now() - askedAt > IDLE_MS_MAX) connection.close();
      askedAt = performance.now();
      const headers = token ? { authorization: `Bearer ${token}` } : {};
      const answer = await connection.ask("POST", path, { headers, body: { query, variables } });
      token = answer.headers["vendure-auth-token"] ?? token;
      let said;
      try {
        said = answer.json();
      } catch {
        throw new Error(`${answer.status} ${answer.text.slice(0, 200)}`);
      }
      if (said.errors) throw new Error(said.errors[0].message);
      return said.data;
    },
  };
}

async function signedIn(port, password) {
  const owner = client(port, "/admin-api");
  await owner.ask(
    `mutation ($password: String!) { login(username: "race", password: $password) { __typename } }`,
    { password },
  );
  return owner;
}

/** What a shop needs before it sells: a zone, a tax, shipping for nothing, the dummy payment. */
async function furnish(owner) {
  const text = (name) => [{ languageCode: "en", name, description: "" }];
  const make = async (mutation, type, input) => {
    const query = `mutation ($input: ${type}!) { made: ${mutation}(input: $input) { ... on Node { id } } }`;
    const { made } = await owner.ask(query, { input });
    if (!made.id) throw new Error(`${mutation} answered no id`);
    return made.id;
  };
  const translations = [{ languageCode: "en", name: "Germany" }];
  const country = await make("createCountry", "CreateCountryInput", { code: "DE", translations, enabled: true });
  const zone = await make("createZone", "CreateZoneInput", { name: "Germany", memberIds: [country] });
  const { activeChannel } = await owner.ask(`{ activeChannel { id } }`);
  const channel = { id: activeChannel.id, defaultTaxZoneId: zone, defaultShippingZoneId: zone };
  await make("updateChannel", "UpdateChannelInput", channel);
  const categoryId = await make("createTaxCategory", "CreateTaxCategoryInput", { name: "Standard", isDefault: true });
  await make("createTaxRate", "CreateTaxRateInput", { name: "VAT", value: 19, enabled: true, categoryId, zoneId: zone });
  const shipping = await make("createShippingMethod", "CreateShippingMethodInput", {
    code: "pickup",
    fulfillmentHandler: "manual-fulfillment",
    checker: {
      code: "default-shipping-eligibility-checker",
      arguments: [{ name: "orderMinimum", value: "0" }],
    },
    calculator: {
      code: "default-shipping-calculator",
      arguments: [
        { name: "rate", value: "0" },
        { name: "includesTax", value: "auto" },
        { name: "taxRate", value: "0" },
      ],
    },
    translations: text("Pickup"),
  });
  await make("createPaymentMethod", "CreatePaymentMethodInput", {
    code: "dummy",
    enabled: true,
    handler: { code: "dummy-payment-handler", arguments: [{ name: "automaticSettle", value: "true" }] },
    translations: text("Dummy"),
  });
  return { shipping, make };
}

function shop(port, owner, { shipping, make }) {
  let puts = 0;
  /** Units of a variant in paid orders; the API has no filter for it, so the orders since then are read. */
  const soldOf = async ({ variant, putAt }) => {
    let [sold, read, total] = [0, 0, 1];
    while (read < total && read < ORDERS_READ_MAX) {
      const { orders } = await owner.ask(SETTLED, { skip: read, after: putAt });
      for (const { lines } of orders.items) {
        for (const line of lines) if (line.productVariant.id === variant) sold += line.quantity;
      }
      read += PAGE;
      total = orders.totalItems;
    }
    return sold;
  };
  return {
    requests: "6",
    async put(units) {
      const name = `Drop ${(puts += 1)}`;
      const slug = `drop-${puts}`;
      const translations = [{ languageCode: "en", name, slug, description: "" }];
      const product = await make("createProduct", "CreateProductInput", { enabled: true, translations });
      const query = `mutation ($input: [CreateProductVariantInput!]!) { made: createProductVariants(input: $input) { id } }`;
      const variant = {
        productId: product,
        sku: slug,
        price: 2800,
        stockOnHand: units,
        trackInventory: "TRUE",
        outOfStockThreshold: 0,
        useGlobalOutOfStockThreshold: false,
        translations: [{ languageCode: "en", name }],
      };
      const { made } = await owner.ask(query, { input: [variant] });
      return { variant: made[0].id, putAt: new Date(Date.now() - 60_000).toISOString() };
    },
    buyer: (drop, number) => buyer(port, drop, number, shipping),
    async counters(drop) {
      const query = `query ($id: ID!) { productVariant(id: $id) { stockLevels { stockOnHand stockAllocated } } }`;
      const { productVariant } = await owner.ask(query, { id: drop.variant });
      const sum = (name) => productVariant.stockLevels.reduce((total, level) => total + level[name], 0);
      const [onHand, allocated] = [sum("stockOnHand"), sum("stockAllocated")];
      return {
        sold: await soldOf(drop),
        left: onHand - allocated,
        counters: `on hand ${onHand}, allocated ${allocated}`,
      };
    },
  };
}

const PAGE = 100;
const ORDERS_READ_MAX = 10_000;
const SETTLED = `query ($skip: Int!, $after: DateTime!) {
  orders(options: {
    skip: $skip, take: ${PAGE}, sort: { createdAt: ASC },
    filter: { state: { eq: "PaymentSettled" }, createdAt: { after: $after } }
  }) { totalItems items { lines { quantity productVariant { id } } } }
}`;
const SAID = "{ __typename ... on Order { id state } ... on ErrorResult { errorCode message } }";
const WHY = SAID.replace("message }", "message } ... on OrderStateTransitionError { transitionError }");
const ADD = `mutation ($variant: ID!) { step: addItemToOrder(productVariantId: $variant, quantity: 1) ${SAID} }`;
const CUSTOMER = `mutation ($input: CreateCustomerInput!) { step: setCustomerForOrder(input: $input) ${SAID} }`;
const ADDRESS = `mutation ($input: CreateAddressInput!) { step: setOrderShippingAddress(input: $input) ${SAID} }`;
const SHIPPING = `mutation ($id: [ID!]!) { step: setOrderShippingMethod(shippingMethodId: $id) ${SAID} }`;
const ARRANGE = `mutation { step: transitionOrderToState(state: "ArrangingPayment") ${WHY} }`;
const PAY = `mutation ($input: PaymentInput!) { step: addPaymentToOrder(input: $input) ${SAID} }`;

function buyer(port, drop, number, shipping) {
  const session = client(port, "/shop-api");
  /** One step; undefined when there is too little stock, which is an answer and no failure. */
  const step = async (mutation, variables) => {
    const { step: said } = await session.ask(mutation, variables);
    if (said.state) return said;
    const why = `${said.errorCode} ${said.transitionError ?? said.message}`;
    if (/INSUFFICIENT_STOCK|insufficient stock|out of stock/i.test(why)) return undefined;
    throw new Error(`${said.__typename}: ${why}`);
  };
  return {
    close: () => session.close(),
    async buy() {
      if (!(await step(ADD, { variant: drop.variant }))) return false;
      const emailAddress = `buyer-${drop.variant}-${number}@example.org`;
      await step(CUSTOMER, { input: { emailAddress, firstName: "Buyer", lastName: String(number) } });
      const address = { fullName: `Buyer ${number}`, streetLine1: "Kiln Lane 7", city: "Berlin", postalCode: "10115" };
      await step(ADDRESS, { input: { ...address, countryCode: "DE" } });
      await step(SHIPPING, { id: [shipping] });
      if (!(await step(ARRANGE, {}))) return false;
      const order = await step(PAY, { input: { method: "dummy", metadata: {} } });
      if (!order) return false;
      if (order.state !== "PaymentSettled") throw new Error(`the order is ${order.state}`);
      return true;
    },
  };
}
