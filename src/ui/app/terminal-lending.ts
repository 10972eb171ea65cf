import type { ExternalDocument, ExternalDocumentResult } from '../../platform/terminal/external-documents.ts';
import type { InteractiveTerminal } from '../../platform/terminal/interactive-terminal.ts';
import type { ProcessTerminal } from '../../platform/terminal/terminal.ts';
import type { TerminalKeys } from '../shell/context/key-context.ts';
import type { BackgroundProbe } from '../shell/terminal/background.ts';
import type { TerminalSession } from '../shell/terminal/session.ts';

interface LendingParts {
  /** Without it the terminal is not lent to a console. */
  readonly host?: ProcessTerminal | undefined;
  /** Opens a document in the user's editor or pager. Never rejects. */
  readonly openDocument?: ((document: ExternalDocument) => Promise<ExternalDocumentResult>) | undefined;
  readonly session: TerminalSession;
  readonly background: Pick<BackgroundProbe, 'isExpected' | 'settled'>;
  /** True if the screen is shared. */
  isShared(): boolean;
  redraw(): void;
  /** Releases the terminal for good. */
  quit(): void;
}

/** Gives the terminal to another process: the shell, a program, an editor, a console. */
export interface TerminalLending {
  /** The commands of keys that give the terminal away. */
  readonly keys: TerminalKeys;
  /** Lends the terminal while `use` runs. Rejects with its error. */
  lend<T>(
    use: (terminal: InteractiveTerminal) => Promise<T>,
  ): Promise<{ readonly lent: T } | { readonly refused: string }>;
}

/**
 * Creates the lending of a session. The answer of a terminal that was just asked for its background must not arrive at the shell's
 * prompt, or in another program, so each of them waits for it.
 */
export const createTerminalLending = ({
  session,
  background,
  host,
  openDocument,
  isShared,
  redraw,
  quit,
}: LendingParts): TerminalLending => {
  const afterAnswer = <T>(leave: () => T): T | Promise<T> =>
    background.isExpected() ? background.settled().then(leave) : leave();
  return {
    keys: {
      suspend: () => void afterAnswer(session.suspend),
      lend: async (argv) => afterAnswer(() => session.runProgram(argv)),
      openDocument: (document, ended) => {
        if (openDocument === undefined) return ended(undefined);
        const open = async () => afterAnswer(() => session.lend(() => openDocument(document)));
        void open().then((result) => {
          ended(result);
          redraw();
        });
      },
      quit: () => void afterAnswer(quit),
    },
    lend: async (use) => {
      if (isShared())
        return { refused: 'a shell or console shows text that share mode cannot mask: end share mode first' };
      const lent = await afterAnswer(() =>
        session.lend(async () => (host === undefined ? undefined : { lent: await host.interact(use) })),
      );
      return lent ?? { refused: 'opsdeck runs without a terminal, so no shell or console can be opened' };
    },
  };
};
