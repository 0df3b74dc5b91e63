// scimmy-routers on express, in memory: `server.mjs --port N --token-file FILE`.
//
// The handlers keep what they are given. What SCIMMY leaves to the application is here: ids, times, whose name is taken
// (409), who is not there (404), and in which groups a user is.
// Express 4, since under Express 5 these routers pass over startIndex and count.

import { randomUUID, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import express from "express";
import SCIMMY from "scimmy";
import Routers from "scimmy-routers";

const { values: given } = parseArgs({ options: { port: { type: "string" }, "token-file": { type: "string" } } });
const wanted = Buffer.from(`Bearer ${readFileSync(given["token-file"], "utf-8").trim()}`);

const users = new Map();
const groups = new Map();

function found(store, id) {
  if (!store.has(id)) throw new SCIMMY.Types.Error(404, null, `nothing has the id ${id}`);
  return store.get(id);
}

function refuseTaken(store, id, name, value) {
  const same = (kept) => kept.id !== id && kept[name]?.toLowerCase() === value?.toLowerCase();
  if ([...store.values()].some(same)) throw new SCIMMY.Types.Error(409, "uniqueness", `${name} is taken`);
}

function keep(store, id, data) {
  const now = new Date();
  const kept = { ...data, id: id ?? randomUUID(), meta: { created: now, lastModified: now } };
  if (id) kept.meta.created = found(store, id).meta.created;
  store.set(kept.id, kept);
  return kept;
}

function withGroups(user) {
  const of = [...groups.values()].filter((group) => group.members?.some((member) => member.value === user.id));
  return { ...user, groups: of.map((group) => ({ value: group.id, display: group.displayName, type: "direct" })) };
}

function refuseStrangers(group) {
  const stranger = group.members?.find((member) => !users.has(member.value) && !groups.has(member.value));
  if (stranger) throw new SCIMMY.Types.Error(400, "invalidValue", `no member has the id ${stranger.value}`);
}

function read(resource, all) {
  return resource.filter ? resource.filter.match(all) : all;
}

SCIMMY.Resources.declare(SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false))
  .ingress((resource, data) => {
    refuseTaken(users, resource.id, "userName", data.userName);
    const { groups: _, ...own } = data;
    return withGroups(keep(users, resource.id, own));
  })
  .egress((resource) => {
    if (resource.id) return withGroups(found(users, resource.id));
    return read(resource, [...users.values()].map(withGroups));
  })
  .degress((resource) => {
    found(users, resource.id);
    users.delete(resource.id);
    for (const group of groups.values()) {
      group.members = group.members?.filter((member) => member.value !== resource.id);
    }
  });

SCIMMY.Resources.declare(SCIMMY.Resources.Group)
  .ingress((resource, data) => {
    refuseTaken(groups, resource.id, "displayName", data.displayName);
    refuseStrangers(data);
    return keep(groups, resource.id, data);
  })
  .egress((resource) => (resource.id ? found(groups, resource.id) : read(resource, [...groups.values()])))
  .degress((resource) => {
    found(groups, resource.id);
    groups.delete(resource.id);
  });

const app = express();
app.use("/scim", new Routers({
  type: "bearer",
  handler: (request) => {
    const sent = Buffer.from(request.header("authorization") ?? "");
    if (sent.length !== wanted.length || !timingSafeEqual(sent, wanted)) throw new Error("the token is wrong");
    return "the identity provider";
  },
}));
createServer(app).listen(Number(given.port), "127.0.0.1");
