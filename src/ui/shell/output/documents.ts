import type {
  ExternalDocument,
  ExternalDocumentResult,
} from '../../../platform/terminal/external-documents.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import { boundKey } from '../state/keys-in-text.ts';

export type UserProgram = ExternalDocument['with'];

/** A text with the name of its file. */
export interface NamedText {
  readonly name: string;
  readonly text: string | Iterable<string>;
}

const noTerminal = ({ view }: KeyContext): string | undefined =>
  view.canSuspend ? undefined : 'opsdeck cannot hand this terminal to another program';

/**
 * Why a program is not available, or undefined. An editor shows its own history, with real names that opsdeck cannot mask,
 * so it is off in share mode; a pager shows only the masked text.
 */
export const programBlockedReason =
  (program: UserProgram) =>
  (context: KeyContext): string | undefined =>
    noTerminal(context) ??
    (program === 'editor' && context.view.pen.shared
      ? `off in share mode: an editor can show real names (recent files, registers). Press ${boundKey(context.view.cockpit, 'share', 's')} to end share mode`
      : undefined);

/** The notice after the program has ended. */
const programEndText = (program: UserProgram, end: ExternalDocumentResult | undefined): string => {
  if (end === undefined) return `${program}: opsdeck cannot hand over the terminal`;
  if (end.trouble !== undefined) return `${end.program}: ${end.trouble}`;
  if (end.status === undefined) return `${end.program}: killed by ${end.signal ?? 'a signal'}`;
  if (end.status !== 0) return `${end.program}: exit status ${end.status}`;
  return end.discarded === true
    ? `${end.program}: closed. The changes to the temporary copy are discarded`
    : `${end.program}: closed`;
};

/** Hands the terminal to the user's program, and reports how it ended. */
export const openDocument = (context: KeyContext, document: ExternalDocument) => {
  const whyNot = programBlockedReason(document.with)(context);
  if (whyNot !== undefined) return context.notify(whyNot);
  context.openDocument(document, (end) => context.notify(programEndText(document.with, end)));
};

/** Opens a text in the user's editor or pager. The caller has masked it. */
export const openText = (context: KeyContext, program: UserProgram, { name, text }: NamedText): void =>
  openDocument(context, { with: program, name, text });

/** The keys of a card with a text: `v` as in less, `p`. */
export const documentKeys = (
  id: string,
  textOf: (context: KeyContext) => NamedText | undefined,
  whyNot: (context: KeyContext) => string | undefined = () => undefined,
): readonly Binding[] =>
  (['editor', 'pager'] as const).map((program) => ({
    id: `${id}.${program}`,
    keys: [program === 'editor' ? 'v' : 'p'],
    description: `open the text in $${program.toUpperCase()}`,
    footer: program,
    footerMinColumns: 120,
    whyNot: (context) => whyNot(context) ?? programBlockedReason(program)(context),
    run: (context) => {
      const text = textOf(context);
      if (text !== undefined) openText(context, program, text);
    },
  }));
