import type { Program } from '../../platform/processes/program.ts';
import { type DoctorCheck, lacking, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding, SignalRequest } from '../kit/contract/source.ts';
import { parseExecRead } from './config.ts';
import type { ProgramContext } from './program-context.ts';
import { resolveProgramFile } from './program-context.ts';

const installRemedy = 'install the program, or correct the path';

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
  return runChecks(
    parts,
    [...distinct.values()].map((program) => programCheck(parts, program)),
    signal,
  );
};

const programCheck = ({ files, end }: ProgramContext, program: Program): DoctorCheck<readonly string[]> => ({
  call: program.argv,
  run: async (signal) => {
    const { path, ...file } = await resolveProgramFile(files, program, signal);
    const where = end === '' ? path : `${end}: ${path}`;
    if (file.kind === 'file' && file.runnable) return `${where} is executable`;
    const user = end === '' ? 'the user that runs opsdeck' : 'the user that runs programs inside the target';
    return lacking(`${where} is not executable`, `make the file executable (chmod +x ${path}) for ${user}`);
  },
  failed: ({ kind, message, remedy = installRemedy }) =>
    lacking(message, kind === 'missing' ? installRemedy : remedy),
});
