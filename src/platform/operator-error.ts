/**
 * What only the operator of the installation can mend: a setting, a folder, a program that is missing. The message
 * says what is wrong and what to do, so the command line shows it alone and ends with status 1; anything else
 * that is thrown is a bug and is shown with its stack.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError'
}
