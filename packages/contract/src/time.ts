import { z } from 'zod';

export const time = z.iso.datetime().meta({ description: 'ISO 8601, UTC.' });
