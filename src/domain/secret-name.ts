/** True for the name of a variable, key or parameter whose value is nobody's business. */
export const isSecretName = (name: string): boolean =>
  /secret|passw|passphrase|_pwd$|token|credential|private|(api|access|account|encryption|master|session|signing|ssh|storage|jwt)[_-]?key/i.test(
    name,
  );
