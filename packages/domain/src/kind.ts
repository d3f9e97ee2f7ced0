import type { z } from 'zod';

/** The kinds there are, in the words of the API's own paths. */
export const kindNames = ['networks', 'advertisers', 'zones', 'advertisements', 'campaigns', 'placements'] as const;
export type KindName = (typeof kindNames)[number];

/** A query or body parameter, by the kind whose remote id it takes. */
export type ParentParameters = Readonly<Record<string, KindName>>;

/** How the API lists a kind: one request covers one scope. */
export interface ListCall {
  readonly path: string;
  /** One request for each entity of this kind; `account` is one request in all. */
  readonly scope: KindName | 'account';
  readonly query: ParentParameters;
  /** Keys under which the rows may lie, the contract's first. */
  readonly envelopes: readonly string[];
  /** True where some answers are a bare array. */
  readonly bare?: boolean;
  /** A narrower list, for what the wide one leaves ambiguous. */
  readonly narrow?: { readonly scope: KindName; readonly query: ParentParameters };
  /**
   * Other lists of the same rows: those that have to do with one entity of another kind. Rows give the id of their lineage
   * parent; what is absent from such a list is not gone.
   */
  readonly views?: readonly { readonly scope: KindName; readonly query: ParentParameters }[];
  /** A row names this parent by name, in this field, instead of giving its id. */
  readonly namesParent?: { readonly field: string; readonly kind: KindName };
}

/** How the API creates a kind. */
export interface CreateCall<Field extends string = string> {
  readonly path: string;
  readonly query: ParentParameters;
  /** Parents that travel in the body. */
  readonly body?: ParentParameters;
  readonly fields: readonly Field[];
  readonly required: readonly Field[];
  readonly envelope: string;
  /** What a 201 carries: the row as lists give it, part of it, or nothing. */
  readonly answers: 'row' | 'partial' | 'nothing';
  /** Sent once and not kept in production: bulk that no reader wants. */
  readonly transient?: readonly Field[];
}

export interface UpdateCall<Field extends string = string> {
  readonly path: string;
  readonly fields: readonly Field[];
  /** Sent with every update, changed or not. */
  readonly required?: readonly Field[];
  /** Fields that may be given no value again, by null. */
  readonly clearable: readonly Field[];
  readonly envelope: string;
}

/** How the API shows one entity by its id. */
export interface OneCall {
  readonly path: string;
  readonly envelope: string;
}

/** A list of a kind that tells, by its rows, whether an entity of another is in use. */
export interface UseCall {
  readonly kind: KindName;
  readonly query: ParentParameters;
}

export interface RemoveCall {
  readonly path: string;
  readonly query?: ParentParameters;
}

/** What may be written of a kind: types and formats by field name. */
export type FieldShape = Readonly<Record<string, z.ZodType>>;

/**
 * All that the engine knows of a sort of entity. Levels, collections, requests, payloads, routes, forms and test
 * batteries follow from it; nothing outside `kinds/` may ask for a kind's name.
 */
export interface EntityKind<Field extends string = string> {
  readonly name: KindName;
  readonly singular: string;
  /** Kinds whose remote ids it needs. */
  readonly parents: readonly KindName[];
  /** Kinds to wait for without needing their ids. */
  readonly after?: readonly KindName[];
  /** The parent whose own ancestors it takes over, and within which names are unique; none for the root. */
  readonly lineage?: KindName;
  /** What a person may give: types and formats; a draft may leave out any of them. */
  readonly fields: z.ZodObject<FieldShape>;
  /** What a list's row must look like; fields not named here are kept as read. */
  readonly row: z.ZodObject<FieldShape, z.core.$loose>;
  readonly list: ListCall;
  readonly one?: OneCall;
  readonly create: CreateCall<Field>;
  readonly update: UpdateCall<Field> | null;
  readonly remove: RemoveCall | null;
  /** What shows whether an entity is in use, where no kind that hangs on it is listed by it. */
  readonly usedBy?: UseCall;
  /** Fields that make an entity this entity: `id`, or the ids of its parents. */
  readonly identity: readonly string[];
  /** Fields whose value is unique within the lineage parent. The first is renamed when taken, no other ever is. */
  readonly unique: readonly Field[];
  /** Words that reads use for values that writes send as numbers. */
  readonly words?: Readonly<Partial<Record<Field, Readonly<Record<string, number>>>>>;
  /** Fields written as one value and read as an array of it. */
  readonly readAsArray?: readonly Field[];
  /** Addresses of images: reads give `{ url }`, of a copy that need not lie where the given one does. */
  readonly readAsImage?: readonly Field[];
  /** Dates that may be written with a time, of which reads give the day. */
  readonly readAsDay?: readonly Field[];
  /** Words for which reads have others, so that what was sent cannot be told by them. */
  readonly readInOtherWords?: readonly Field[];
  /** Written in more than a line. */
  readonly longText?: readonly Field[];
  /** By what reads show that somebody has changed it, though not what: the API sets it anew. */
  readonly stamp?: string;
  /** Created only when a person confirms it: the API can never delete it. */
  readonly confirmCreate?: boolean;
  /** Removed from production only when a person confirms it: everything hangs on it. */
  readonly confirmRemoval?: boolean;
  /** The field in which the entity that a list belongs to, when it is shown alone, says how many rows that list has. */
  readonly countedBy?: string;
  /** Parents of which each must exist: an entity that names one that does not is marked. */
  readonly references?: readonly KindName[];
}

/**
 * Declares a kind. Field names elsewhere in the declaration are checked against `fields`: a misspelt one does not
 * compile.
 */
export function defineKind<const S extends FieldShape>(
  kind: Omit<EntityKind<NoInfer<Extract<keyof S, string>>>, 'fields'> & { readonly fields: z.ZodObject<S> },
): EntityKind {
  return kind;
}
