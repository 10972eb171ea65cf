/** The terminal of a question; by default that of this process: stdin and stderr. */
interface QuestionTerminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Asks a question on the terminal; true for `y` or `yes`, false for anything else and the end of the input (ctrl-d).
 * 'interrupted': ctrl-c. Undefined: stdin or stderr is no terminal, so there is no answer.
 */
export const askYesNo = async (
  question: string,
  { input, output }: QuestionTerminal = { input: process.stdin, output: process.stderr },
): Promise<boolean | 'interrupted' | undefined> => {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input, output });
  const { promise, resolve } = Promise.withResolvers<boolean | 'interrupted'>();
  /** Ends the line of the question, which only an answer has ended. */
  const endUnanswered = (end: false | 'interrupted') => (): void => {
    output.write('\n');
    resolve(end);
  };
  const closed = endUnanswered(false);
  lines.once('SIGINT', endUnanswered('interrupted'));
  lines.once('close', closed);
  lines.question(`${question} [y/N] `, (answer) => resolve(/^y(?:es)?$/i.test(answer.trim())));
  try {
    return await promise;
  } finally {
    lines.off('close', closed);
    lines.close();
  }
};
