import type { Finding, SignalRequest } from '../kit/contract/source.ts';
import { parseExecRead } from './config.ts';
import type { ProgramContext } from './program-context.ts';
import { resolveProgramFile } from './program-context.ts';

/** Looks up every program of checks and signals, without starting any. */
export const diagnoseScript = async (
  parts: ProgramContext,
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const programs = [
    ...parts.config.checks.map((check) => parts.program(check.run, check)),
    ...signals.flatMap(({ read }) => {
      const exec = parseExecRead(read);
      return exec === undefined ? [] : [parts.program(exec.exec)];
    }),
  ];
  const distinct = new Map(programs.map((program) => [JSON.stringify(program), program]));
  return Promise.all(
    [...distinct.values()].map(async (program): Promise<Finding> => {
      const { source, files, end } = parts;
      const where = end === '' ? '' : `${end}: `;
      try {
        const file = await resolveProgramFile(files, program, signal);
        if (file.kind === 'file' && file.runnable)
          return { source, ok: true, what: `${where}${file.path} is executable` };
        const user =
          end === '' ? 'the user that runs opsdeck' : 'the user that runs programs inside the target';
        const remedy = `make the file executable (chmod +x ${file.path}) for ${user}`;
        return { source, ok: false, what: `${where}${file.path} is not executable`, remedy };
      } catch (error) {
        const { kind, message, remedy } = parts.fault(program.argv, error);
        const isAbsent = kind === 'missing' || remedy === undefined;
        return {
          source,
          ok: false,
          what: message,
          remedy: isAbsent ? 'install the program, or correct the path' : remedy,
        };
      }
    }),
  );
};
