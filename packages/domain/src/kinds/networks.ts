import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { read, remoteId, text, webAddress } from './fields.ts';

export const networks = defineKind({
  name: 'networks',
  singular: 'network',
  parents: [],
  fields: z.object({
    name: text,
    web_home_url: text.meta({ title: 'Website' }),
    logo: webAddress.meta({ title: 'Logo', description: 'Address of an image.' }),
  }),
  row: z.looseObject({
    id: remoteId,
    name: z.string(),
    group_id: read.count,
    web_home_url: read.words,
    logo: read.image,
    valet_active: read.flag,
    path: read.words,
  }),
  list: { path: '/networks', scope: 'account', query: {}, envelopes: ['networks'] },
  create: {
    path: '/networks',
    query: {},
    fields: ['name', 'web_home_url', 'logo'],
    required: ['name'],
    envelope: 'network',
    answers: 'row',
  },
  one: { path: '/networks/:id', envelope: 'network' },
  update: {
    path: '/networks/:id',
    fields: ['name', 'web_home_url', 'logo'],
    // The contract requires it of a PUT too.
    required: ['name'],
    clearable: ['web_home_url', 'logo'],
    envelope: 'network',
  },
  remove: null,
  identity: ['id'],
  unique: ['name'],
  readAsImage: ['logo'],
  confirmCreate: true,
  confirmRemoval: true,
});
