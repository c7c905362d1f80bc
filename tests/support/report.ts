/** A figure that a test came by, for whoever reads the run. What must hold is asserted; speed is gated in `bench/`. */
export function report(sentence: string): void {
  console.log(`figure: ${sentence}`)
}
