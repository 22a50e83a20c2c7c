import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { parse } from 'yaml';

export interface Answer {
  readonly status: number;
  readonly body: { readonly message?: string; readonly [field: string]: unknown };
}

/** Asks the API server that the test project has started (`KUBECONFIG`). */
export async function askApiServer(method: string, path: string, body?: unknown): Promise<Answer> {
  const config = parse(readFileSync(process.env['KUBECONFIG'] ?? '', 'utf8'));
  const { server, 'certificate-authority-data': authority } = config.clusters[0].cluster;
  const headers = {
    authorization: `Bearer ${config.users[0].user.token}`,
    // Server-side apply takes JSON as the YAML it is.
    'content-type': method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json',
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, server),
      { method, headers, ca: Buffer.from(authority, 'base64') },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          // A path that is not served yet is answered in plain text: "404 page not found".
          const isJson = answer.headers['content-type']?.startsWith('application/json') === true;
          resolve({ status: answer.statusCode ?? 0, body: isJson ? JSON.parse(text) : { message: text } });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
