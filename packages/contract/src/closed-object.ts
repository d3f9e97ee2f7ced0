import { z } from 'zod';

/** An object that has these keys and no others; says which there are when it meets another. */
export function closedObject<S extends z.core.$ZodLooseShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape).join(', ');
  const hint = known === '' ? 'is not known here: nothing is taken' : `is not known here; there are ${known}`;
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? hint : 'must be an object'),
  });
}
