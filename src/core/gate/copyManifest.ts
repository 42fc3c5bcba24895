/** What a safety copy holds, as its manifest has it on disk. */
import * as z from 'zod/mini';

const text = z.string();
const count = z.number();
const place = { path: text, mode: count, mtimeMs: count };

const entrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('folder'), ...place }),
  z.object({ type: z.literal('link'), ...place, target: text }),
  /** `content`: the file's name in the copy; `digest`: SHA-256 of it, hexadecimal. */
  z.object({ type: z.literal('file'), ...place, bytes: count, content: text, digest: text }),
]);

const gitSchema = z.object({
  /** The repository's working tree. */
  folder: text,
  head: z.optional(z.object({ branch: z.optional(text), object: text })),
  refs: z.array(z.object({ name: text, object: text })),
  /** Newest first. */
  stashes: z.array(z.object({ message: text, object: text })),
  /** What the index had that the last commit hadn't; paths from the working tree's top. */
  staged: z.array(z.object({ path: text, mode: text, object: text })),
  /** Names under which the objects are kept. */
  pins: z.array(text),
});

export const manifestSchema = z.object({
  version: z.literal(1),
  id: text,
  at: count,
  cwd: z.optional(text),
  bytes: count,
  /** Absolute paths, a folder before what is in it. */
  entries: z.array(entrySchema),
  git: z.array(gitSchema),
  /** Ignored files that tools make again, which were left out. */
  left: z.array(text),
});

export type CopyManifest = z.infer<typeof manifestSchema>;
export type CopyEntry = z.infer<typeof entrySchema>;
export type GitCopy = z.infer<typeof gitSchema>;
