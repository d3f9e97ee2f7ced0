import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allSettings } from './all-settings.ts';

const file = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');
const settings = Object.entries(allSettings.shape);

it('.env.example has every setting, in the order of the schema, with its description above', () => {
  const written = [...file.matchAll(/^# (.*)\n#([A-Z_]+)=/gm)].map(([, description, name]) => ({ name, description }));

  expect(written).toEqual(settings.map(([name, schema]) => ({ name, description: schema.description })));
});

it('.env.example shows the defaults', () => {
  const written = new Map([...file.matchAll(/^#([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]));
  // The user's data folder differs from machine to machine.
  const withDefault = settings
    .filter(([name]) => name !== 'DATA_DIR')
    .flatMap(([name, schema]) => {
      const value = schema.safeParse(undefined).data;
      return value === undefined ? [] : [[name, String(value)] as const];
    });

  expect([...written]).toEqual(withDefault);
});
