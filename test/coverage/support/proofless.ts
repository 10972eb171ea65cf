/** What a step was asked to do: its title, and the requests, statements and commands that its lines repeat. */
const echoOf = (title: string, lines: readonly string[]): readonly string[] => [
  title,
  ...lines.flatMap((line) => {
    const at = line.indexOf(' → ');
    // The result of several calls counts them before it repeats them.
    return at < 0 ? [] : [line.slice(0, at).replace(/^\d+ of \d+ calls succeeded: /, '')];
  }),
];

const answers = ['true', 'false', 'unknown'];

/** The other answers to an expression, whose line begins with its own: 'true: lag is 12'. */
const otherAnswers = (lines: readonly string[]): readonly string[] => {
  const [, answer, rest = ''] = /^(true|false|unknown): ([\s\S]*)$/.exec(lines.join('\n')) ?? [];
  return answer === undefined
    ? []
    : answers.filter((other) => other !== answer).map((other) => `${other}: ${rest}`);
};

const refusals = [
  'denied: HTTP 403: forbidden',
  'exited with status 255: Permission denied',
  'ERROR 0A000: not supported by the simulator',
];

/**
 * Outputs of a step that show nothing: none, the echo of what was asked, and each refusal of it. An expectation that one of
 * them meets would hold although nothing was learned.
 */
export const prooflessOutputs = (title: string, lines: readonly string[]): readonly string[] => {
  const echo = echoOf(title, lines);
  return [
    '',
    echo.join('\n'),
    ...refusals.flatMap((refusal) => [refusal, echo.map((line) => `${line} → ${refusal}`).join('\n')]),
    ...otherAnswers(lines),
  ];
};
