// Sends a collection with Postman's own runtime: `node postman.cjs COLLECTION ENVIRONMENT`.
//
// Requests go out one after the other. What went wrong, or was warned of, comes out as JSON: a list of texts.
'use strict';
const { readFileSync } = require('node:fs');
const { Collection, VariableScope } = require('postman-collection');
const { Runner } = require('postman-runtime');

const [collection, environment] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')));
const told = [];

new Runner().run(new Collection(collection), {
  environment: new VariableScope(environment),
  timeout: { request: 30000 },
}, (error, run) => {
  if (error) throw error;
  run.start({
    console: (cursor, level, ...messages) => told.push(`${level}: ${messages.join(' ')}`),
    exception: (cursor, failure) => told.push(String(failure)),
    request: (failure, cursor, response, request) => { if (failure) told.push(`${request.url}: ${failure}`); },
    done: (failure) => {
      if (failure) throw failure;
      console.log(JSON.stringify(told));
    },
  });
});
