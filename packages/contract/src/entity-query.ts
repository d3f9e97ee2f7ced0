import type { EntityKind } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from './closed-object.ts';
import { describeSorts, localFieldSorts, productionFieldSorts, type ScalarValue, type Sort } from './fields.ts';
import { type Page, pageParameters, toPage } from './pages.ts';

const maxText = 300;
const maxSortFields = 3;

export const scopes = ['production', 'local', 'both'] as const;
export type Scope = (typeof scopes)[number];

/** What a list of entities asks for. */
export interface EntityQuery extends Page {
  /** Part of the name. */
  readonly q: string | null;
  readonly sort: readonly { readonly field: string; readonly direction: 1 | -1 }[];
  /** Values of which a field must have one, by field. */
  readonly filters: ReadonlyMap<string, readonly ScalarValue[]>;
  readonly scope: Scope;
}

type TextParameters = Record<string, z.ZodType<string | undefined, string | undefined>>;

/** What text in a query can mean in a field that holds these sorts of value. */
function readFilter(text: string, sorts: readonly Sort[]): ScalarValue[] {
  const values: ScalarValue[] = [];
  if (sorts.includes('number') && /^-?\d{1,15}(\.\d{1,6})?$/.test(text)) values.push(Number(text));
  if (sorts.includes('boolean') && (text === 'true' || text === 'false')) values.push(text === 'true');
  if (sorts.includes('string')) values.push(text);
  return values;
}

function filterParameter(sorts: readonly Sort[]): TextParameters[string] {
  const error = `must be ${describeSorts(sorts)}`;
  return z
    .string()
    .max(maxText)
    .refine((text) => readFilter(text, sorts).length > 0, { error })
    .meta({ override: { type: [...sorts] } })
    .optional();
}

function readSort(text: string): EntityQuery['sort'] {
  return text.split(',').map((part) => {
    return part.startsWith('-') ? { field: part.slice(1), direction: -1 } : { field: part, direction: 1 };
  });
}

function sortParameter(fields: readonly string[]): TextParameters[string] {
  const error = `must be up to ${maxSortFields} of ${fields.join(', ')}, with "-" before one for descending`;
  const description = `Up to ${maxSortFields} fields with commas between, "-" before one for descending.`;
  const isKnown = (text: string) => {
    const sort = readSort(text);
    return sort.length <= maxSortFields && sort.every(({ field }) => fields.includes(field));
  };
  return z.string().max(maxText).refine(isKnown, { error }).optional().meta({ description });
}

interface Listed {
  readonly fields: ReadonlyMap<string, readonly Sort[]>;
  /** Fields to sort by beside these. */
  readonly times: readonly string[];
  readonly parameters: TextParameters;
}

function entityQuery({ fields, times, parameters }: Listed): z.ZodType<EntityQuery, Record<string, unknown>> {
  const plain = new Map([...fields].filter(([, sorts]) => sorts.length > 0));
  const q = z.string().max(maxText).optional().meta({ description: 'Part of the name, in any case.' });
  const shape: TextParameters = {
    ...(plain.has('name') ? { q } : {}),
    sort: sortParameter([...plain.keys(), ...times]),
    ...pageParameters,
    ...parameters,
    ...Object.fromEntries([...plain].map(([name, sorts]) => [name, filterParameter(sorts)])),
  };
  return closedObject(shape).transform((given): EntityQuery => {
    const filters = new Map<string, ScalarValue[]>();
    for (const [name, sorts] of plain) {
      const text = given[name];
      if (text !== undefined) filters.set(name, readFilter(text, sorts));
    }
    return {
      ...toPage(given),
      q: given.q ?? null,
      sort: given.sort === undefined ? [] : readSort(given.sort),
      filters,
      scope: scopes.find((scope) => scope === given.scope) ?? 'production',
    };
  });
}

/** The query of a list of local entities. */
export function localQuery(kind: EntityKind): z.ZodType<EntityQuery, Record<string, unknown>> {
  const times = ['created_at', 'updated_at', 'last_sync_attempt'];
  return entityQuery({ fields: localFieldSorts(kind), times, parameters: {} });
}

/** The query of a list of production entities, which may also take in local ones. */
export function productionQuery(kind: EntityKind): z.ZodType<EntityQuery, Record<string, unknown>> {
  const own: [string, readonly Sort[]][] = [
    ['created_locally', ['boolean']],
    ['synced_with_api', ['boolean']],
  ];
  const scope = z.enum(scopes).optional().meta({ description: '`production` when not given.' });
  return entityQuery({
    fields: new Map([...productionFieldSorts(kind), ...own]),
    times: ['synced_at'],
    parameters: { scope },
  });
}
