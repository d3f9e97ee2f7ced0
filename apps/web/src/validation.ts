import { z } from 'zod';

// The page's policy forbids code made from text. Imported first: schemas look at this when they are declared.
z.config({ jitless: true });
