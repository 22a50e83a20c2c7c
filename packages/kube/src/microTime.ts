/** `metav1.MicroTime`: the API server refuses fewer or more than six digits after the second. */
export function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}
