import { z } from 'zod';
import { defineKind } from '../kind.ts';
import { read, remoteId, text, webAddress } from './fields.ts';

export const advertisements = defineKind({
  name: 'advertisements',
  singular: 'advertisement',
  parents: ['networks', 'advertisers'],
  lineage: 'advertisers',
  fields: z.object({
    name: text,
    type: z.enum(['html', 'static']).meta({
      description:
        'static: an image. html: made without its markup, which the Broadstreet API cannot take; add it there afterwards.',
    }),
    destination: webAddress.meta({ title: 'Click-through address', description: 'Where a click on the ad leads.' }),
    active_url: webAddress.meta({ title: 'Address of the image', description: 'Broadstreet copies it from there.' }),
    active_base64: z.base64().meta({ title: 'Image', description: 'Instead of an address: the image itself.' }),
  }),
  row: z.looseObject({
    id: remoteId,
    name: z.string(),
    advertiser: z.string(),
    type: read.words,
    active: read.image,
    active_placement: read.flag,
    preview_url: read.words,
    updated_at: read.words,
  }),
  list: {
    path: '/advertisements',
    scope: 'networks',
    query: { network_id: 'networks' },
    envelopes: ['advertisements'],
    narrow: { scope: 'advertisers', query: { network_id: 'networks', advertiser_id: 'advertisers' } },
    namesParent: { field: 'advertiser', kind: 'advertisers' },
  },
  create: {
    path: '/advertisements',
    query: { advertiser_id: 'advertisers' },
    fields: ['type', 'name', 'destination', 'active_url', 'active_base64'],
    required: ['type', 'name', 'destination'],
    envelope: 'advertisement',
    answers: 'partial',
    transient: ['active_base64'],
  },
  update: null,
  remove: null,
  identity: ['id'],
  unique: ['name'],
  // Sent as `static`, read as `StaticAdvertisement`.
  readInOtherWords: ['type'],
  stamp: 'updated_at',
  references: ['advertisers'],
});
