import { checkEdit, type EntityKind, oneOf } from '@broadstreet-sync/domain';
import { z } from 'zod';

type Input = z.ZodType<Record<string, unknown>, Record<string, unknown>>;

/** A field as documentation shows it; what it takes is checked with all others, so that every fault is named at once. */
function shownField(type: z.ZodType, isClearable: boolean): z.ZodType {
  const { $schema: _, ...override } = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' });
  const shown = isClearable ? { anyOf: [override, { type: 'null' }] } : override;
  return z
    .unknown()
    .optional()
    .meta({ override: ({ jsonSchema }: { jsonSchema: object }) => void Object.assign(jsonSchema, shown) });
}

/** What may be changed of a synced entity: what the API can update, in its own formats. */
export function editInput(kind: EntityKind): Input {
  const { fields = [], clearable = [] } = kind.update ?? {};
  const shape = fields.flatMap((name) => {
    const type = kind.fields.shape[name];
    return type === undefined ? [] : [[name, shownField(type, clearable.includes(name))] as const];
  });
  return z
    .looseObject(Object.fromEntries(shape), { error: 'must be an object' })
    .superRefine((given, context) => {
      for (const { path, message } of checkEdit(kind, given))
        context.addIssue({ code: 'custom', path: [path], message });
    })
    .meta({
      description: `Fields of ${oneOf(kind)} that the Broadstreet API can update; null takes a value away.`,
    });
}
