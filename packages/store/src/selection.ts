import {
  ancestorKinds,
  type Filters,
  fitsFilters,
  isLocalReference,
  isUnfiltered,
  type KindName,
  kindNames,
  kinds,
  levels,
  localIdPattern,
  parentField,
  type References,
  readFilters,
  requiredParents,
} from '@broadstreet-sync/domain';
import { Types } from 'mongoose';
import type { Collections } from './collections.ts';
import type { LocalDocument, RunDocument } from './documents.ts';
import type { Lineages } from './lineages.ts';
import type { Locals } from './locals.ts';

/** What an export was asked for. */
export type Choice = Pick<RunDocument, 'kinds' | 'only' | 'filters'>;

/** Where a local `_id` is to be found. `exported`: it has moved; the key is that of the remote entity. */
export type Whereabouts =
  | { readonly state: 'local'; readonly kind: KindName }
  | { readonly state: 'exported'; readonly kind: KindName; readonly key: string };

const chunkSize = 500;
const isLocalId = (id: string): boolean => localIdPattern.test(id);

/** Which local entities an export is about. */
export function createSelection({ local, idMap }: Collections, locals: Locals, lineages: Lineages) {
  /** Filters in the form that what they name has by now: the remote id of what has been exported since. */
  async function filtersOf(choice: Choice): Promise<Filters> {
    const filters = readFilters(choice.filters);
    const references: References = Object.fromEntries(
      await Promise.all(
        Object.entries(filters.references).map(async ([field, reference]) => {
          const name = kindNames.find((candidate) => parentField(candidate) === field);
          const mapped = name === undefined ? new Map<string, number>() : await lineages.resolve(name, [reference]);
          return [field, mapped.get(String(reference)) ?? reference] as const;
        }),
      ),
    );
    return { ...filters, references };
  }

  /** Entities of a kind that were asked for, without what they need. */
  async function* chosen(choice: Choice, name: KindName): AsyncIterable<LocalDocument> {
    // A limit names entities of production too, whose edits are exported.
    if (choice.only !== null) yield* locals.inOrder(name, (choice.only[name] ?? []).filter(isLocalId));
    else if (choice.kinds.includes(name)) yield* filtered(name, await filtersOf(choice));
  }

  async function* filtered(name: KindName, filters: Filters): AsyncIterable<LocalDocument> {
    const all = locals.inOrder(name, null);
    if (isUnfiltered(filters)) {
      yield* all;
      return;
    }
    for await (const chunk of chunksOf(all)) {
      const ancestors = await lineages.ancestorsOf(kinds[name], chunk);
      yield* chunk.filter((entity, at) => {
        const { name: title, _id } = entity;
        return fitsFilters(kinds[name], { id: _id.toHexString(), name: title }, ancestors[at] ?? {}, filters);
      });
    }
  }

  return {
    filtersOf,

    /**
     * Local entities of a kind that an export is about: those that were asked for, and those that they hang on.
     *
     * @returns `_id`s, or null for all
     */
    async of(choice: Choice, target: KindName): Promise<string[] | null> {
      const isAll = choice.only === null && isUnfiltered(readFilters(choice.filters));
      if (isAll && choice.kinds.includes(target)) return null;
      const concerned = new Set([...choice.kinds, ...choice.kinds.flatMap((name) => ancestorKinds(kinds[name]))]);
      const wanted = new Map<KindName, Set<string>>();
      for (const { name } of levels.flat().toReversed()) {
        if (!concerned.has(name)) continue;
        const needed = [...(wanted.get(name) ?? [])];
        const own = new Set<string>();
        for await (const entity of chosen(choice, name)) {
          own.add(entity._id.toHexString());
          if (name !== target) noteParents(wanted, name, entity);
        }
        if (name === target) return [...new Set([...needed, ...own])];
        const others = needed.filter((id) => !own.has(id));
        for await (const entity of locals.inOrder(name, others)) noteParents(wanted, name, entity);
      }
      return [];
    },

    /** Where local `_id`s of any kind are; what is nobody's is left out. */
    async locate(ids: readonly string[]): Promise<Map<string, Whereabouts>> {
      const found = new Map<string, Whereabouts>();
      const moved = idMap.find({ _id: { $in: kindNames.flatMap((kind) => ids.map((id) => `${kind}:${id}`)) } });
      for await (const { local_id, kind, remote_id } of moved) {
        found.set(local_id, { state: 'exported', kind, key: remote_id });
      }
      for (const kind of kindNames) {
        const present = local[kind].find({ _id: { $in: ids.map((id) => new Types.ObjectId(id)) } });
        for await (const { _id } of present.project<{ _id: Types.ObjectId }>({ _id: 1 })) {
          found.set(_id.toHexString(), { state: 'local', kind });
        }
      }
      return found;
    },
  };
}

function noteParents(wanted: Map<KindName, Set<string>>, name: KindName, entity: LocalDocument): void {
  for (const parent of requiredParents(kinds[name])) {
    const reference = entity[parentField(parent)];
    if (!isLocalReference(reference)) continue;
    wanted.set(parent, (wanted.get(parent) ?? new Set()).add(reference));
  }
}

async function* chunksOf(entities: AsyncIterable<LocalDocument>): AsyncIterable<LocalDocument[]> {
  let chunk: LocalDocument[] = [];
  for await (const entity of entities) {
    chunk.push(entity);
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

export type Selection = ReturnType<typeof createSelection>;
