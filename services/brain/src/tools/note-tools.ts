import { joinAllLabels, LOWEST_LABEL } from '@bakerst/shared/labels';
import type { CoreTool, CoreToolParts } from './core-tools.ts';
import { callerOf, turnLabel } from './tool-caller.ts';
import { errorResult, objectSchema, stringArg, textResult } from './tool-text.ts';

const MOST_LISTED = 100;
const title = { type: 'string', minLength: 1, maxLength: 200, description: 'Title of the note' };

/** Notes the agent keeps for its person. A note carries the label of what the model had read when it wrote it. */
export function noteTools({ store, now }: CoreToolParts): readonly CoreTool[] {
  return [
    {
      definition: {
        name: 'write_note',
        description: 'Writes a note for the person. A note of the same title is replaced.',
        parameters: objectSchema({ title, text: { type: 'string', maxLength: 100_000 } }, ['title', 'text']),
        effect: 'write-private',
        // The store takes a write of the same call once.
        idempotent: true,
      },
      async run(args, context) {
        const note = { title: stringArg(args, 'title') ?? '', text: stringArg(args, 'text') ?? '' };
        const label = turnLabel(store, context);
        await store.writeNote(
          callerOf(context),
          { ...note, label, updatedAt: new Date(now()).toISOString() },
          context.call,
        );
        return textResult(`The note "${note.title}" is written (${note.text.length} characters).`);
      },
    },
    {
      definition: {
        name: 'read_note',
        description: 'Reads one of the notes of the person by its exact title.',
        parameters: objectSchema({ title }, ['title']),
        effect: 'read',
        idempotent: true,
      },
      async run(args, context) {
        const wanted = stringArg(args, 'title') ?? '';
        const note = store.readNote(callerOf(context), wanted);
        return note
          ? textResult(note.text, note.label)
          : errorResult(`There is no note "${wanted}". list_notes tells which there are.`);
      },
    },
    {
      definition: {
        name: 'list_notes',
        description: 'Lists the titles of the notes of the person, newest first.',
        parameters: objectSchema({}),
        effect: 'read',
        idempotent: true,
      },
      async run(_args, context) {
        const notes = store.listNotes(callerOf(context), MOST_LISTED);
        const label = joinAllLabels([
          { ...LOWEST_LABEL, confidentiality: 'internal' },
          ...notes.map((note) => note.label),
        ]);
        if (notes.length === 0) return textResult('There are no notes yet.');
        return textResult(notes.map((note) => `${note.title} (${note.updatedAt})`).join('\n'), label);
      },
    },
  ];
}
