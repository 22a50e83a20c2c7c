import { createServer } from 'node:http';
import express from 'express';
import { readEvents } from '@stoker/webhook-hmac';
import { signedBody } from '@stoker/webhook-hmac/express';

const app = express();

app.post('/webhook', signedBody({ secrets: () => ['the new secret', 'the old secret'] }), (request, response) => {
  for (const { kind, ref, commit } of readEvents({ headers: request.headers, body: request.body })) {
    console.log(`${kind} ${ref} is at ${commit}`);
  }
  response.sendStatus(202);
});

export const server = createServer(app);
