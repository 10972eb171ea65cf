import { runProgram } from './cli/program.ts';

const code = await runProgram(process.argv.slice(2), {
  openCockpit: async (options) => {
    const { openScreen } = await import('./cli/open-screen.ts');
    return openScreen(options);
  },
});
// A signal that ended the cockpit has already said which status this is.
process.exit(process.exitCode ?? code);
