import { z } from 'zod';

/** RFC 9457 problem details with our code and remedy. Every error answer of the API has this shape. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    remedy: z.string(),
    /** Fields that did not parse: dotted path and what was wrong. */
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** Quote this when asking for help; it is in the log. */
    request: z.string().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
