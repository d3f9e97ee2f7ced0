import type { RateClass } from '@broadstreet-sync/budget';

/** Which limit a request falls under (openapi v1: /records has one of its own). */
export function rateClassOf(path: string): RateClass {
  return path === '/records' || path.startsWith('/records/') ? 'records' : 'entities';
}
