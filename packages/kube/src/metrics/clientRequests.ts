/** Requests by method and status, as `GET 200`. Plain numbers: a program that shows no metrics need not load their library. */
export const clientRequests = new Map<string, number>();

/** Counts one answer of the API server. */
export function countRequest(method: string, status: number): void {
  const key = `${method} ${status}`;
  clientRequests.set(key, (clientRequests.get(key) ?? 0) + 1);
}
