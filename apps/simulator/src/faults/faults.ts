import { createRandom } from '../random.ts';
import type { Fault } from './fault.ts';
import { createTrigger, type Matched, matches, type Outage, type Rule } from './rule.ts';

/** The faults of one account: rules in the order they were given, and at most one outage, which goes before them. */
export interface Faults {
  add(rule: Rule): number;
  /** False: there is no such rule. */
  remove(id: number): boolean;
  clear(): void;
  list(): { id: number; seen: number; fired: number; rule: Rule }[];
  startOutage(outage: Outage, now: number): void;
  endOutage(): void;
  outage(now: number): Outage | null;
  /** The fault of an outage that this request meets. */
  pickOutage(request: Matched, now: number): Fault | null;
  /** The fault of the first rule that fires for this request; every rule before it has counted it. */
  pick(request: Matched): Fault | null;
}

/** `seed` decides which requests a rule with a probability hits: the same arrivals meet the same faults. */
export function createFaults(seed: number): Faults {
  const rules = new Map<number, { rule: Rule; trigger: ReturnType<typeof createTrigger> }>();
  let lastId = 0;
  let current: { outage: Outage; endsAt: number } | null = null;

  function outage(now: number): Outage | null {
    if (current && current.endsAt <= now) current = null;
    return current?.outage ?? null;
  }

  return {
    add(rule) {
      const id = ++lastId;
      rules.set(id, { rule, trigger: createTrigger(rule, createRandom(seed + id)) });
      return id;
    },
    remove: (id) => rules.delete(id),
    clear: () => rules.clear(),
    list: () => [...rules].map(([id, { rule, trigger }]) => ({ id, ...trigger.counts(), rule })),
    startOutage(outage, now) {
      current = { outage, endsAt: outage.for_ms === undefined ? Number.POSITIVE_INFINITY : now + outage.for_ms };
    },
    endOutage() {
      current = null;
    },
    outage,
    pickOutage(request, now) {
      const running = outage(now);
      return running && matches(running, request) ? running.fault : null;
    },
    pick(request) {
      for (const { rule, trigger } of rules.values()) if (trigger.fires(request)) return rule.fault;
      return null;
    },
  };
}
