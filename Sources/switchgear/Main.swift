import ArgumentParser
import AsyncHTTPClient
import Configuration
import Hummingbird
import Yams
@main struct Main: AsyncParsableCommand { func run() async throws {} }
