import { render, Text } from 'ink';

// Baseline cost of an Ink program: one line on the alternate screen until it is ended.
process.stdout.write('\u001b[?1049h\u001b[2J\u001b[H');
render(<Text>hello</Text>, { patchConsole: false, exitOnCtrlC: false, interactive: true });
setInterval(() => {}, 1000);
