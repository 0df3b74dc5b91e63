// scimmy-routers on express, in memory. The first line of the input is the token; each further one is a resource, as
// {"kind": "User", "id": …, "document": …}; the port is printed when the input ends.
//
// It runs where its packages are installed. Express 4, since under Express 5 these routers pass over startIndex and count.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import express from "express";
import SCIMMY from "scimmy";
import Routers from "scimmy-routers";

const stores = { User: new Map(), Group: new Map() };

function keep(kind, id, document, created) {
  const now = new Date();
  const kept = { ...document, id, meta: { created: created ?? now, lastModified: now } };
  stores[kind].set(id, kept);
  return kept;
}

function declare(kind, resource) {
  const store = stores[kind];
  resource
    .ingress((asked, data) => keep(kind, asked.id ?? randomUUID(), data, store.get(asked.id)?.meta.created))
    .egress((asked) => {
      if (!asked.id) return asked.filter ? asked.filter.match([...store.values()]) : [...store.values()];
      if (!store.has(asked.id)) throw new SCIMMY.Types.Error(404, null, `no ${kind} ${asked.id}`);
      return store.get(asked.id);
    })
    .degress((asked) => store.delete(asked.id));
  SCIMMY.Resources.declare(resource);
}

declare("User", SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false));
declare("Group", SCIMMY.Resources.Group);

let token;
for await (const line of createInterface({ input: process.stdin })) {
  if (token === undefined) {
    token = line;
    continue;
  }
  const { kind, id, document } = JSON.parse(line);
  keep(kind, id, document);
}

const app = express();
app.use("/scim", new Routers({
  type: "bearer",
  handler: (request) => {
    if (request.header("authorization") !== `Bearer ${token}`) throw new Error("wrong token");
    return "benchmark";
  },
}));
const server = createServer({ keepAliveTimeout: 600_000 }, app).listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: server.address().port }));
});
