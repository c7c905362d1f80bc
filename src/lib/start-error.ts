/** Why the program cannot start, as one sentence for the operator: printed alone, without a stack. */
export class StartError extends Error {
  override readonly name: string = 'StartError'
}
