import { type Scenario, Skipped } from './scenario'

export const size: Scenario = {
  name: 'size',
  what: () => 'what the browser loads first',
  async run() {
    throw new Skipped('no budget yet')
  },
}
