package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command as a process of its own, as other programs call it. */
class ProcessTest {
    @Test
    void splitsTheWorkedExampleAndSaysNothingElse() throws Exception {
        Process process = start("split", "--jsonl");
        write(process, "\"Hello World!\"\n").close();
        assertEquals("[\"Hello\",\"World\",\"!\"]\n", read(process));
        assertEquals("", error(process));
        assertEquals(0, process.waitFor());
    }

    @Test
    void answersEachLineBeforeItWaitsForTheNext() throws Exception {
        Process process = start("split", "--jsonl");
        BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
        try (BufferedWriter questions = write(process, "\"One.\"\n")) {
            assertEquals("[\"One\",\".\"]", answers.readLine());
            questions.write("\"\u00e9\"\n");
            questions.flush();
            assertEquals("[\"\u00e9\"]", answers.readLine());
        }
        assertEquals(0, process.waitFor());
    }

    @Test
    void speaksUtf8WhateverTheLocale() throws Exception {
        ProcessBuilder builder = builder("join");
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        write(process, "h\u00e9\u4e2d\n!\n").close();
        assertEquals("h\u00e9\u4e2d!", read(process));
        assertEquals(0, process.waitFor());
    }

    @Test
    void aBadLineFailsTheProcessAtTheEnd() throws Exception {
        Process process = start("join", "--jsonl");
        write(process, "{}\n[\"a\"]\n").close();
        assertEquals("{\"error\":\"line 1: expected an array of words but was an object\"}\n\"a\"\n", read(process));
        assertEquals("", error(process));
        assertEquals(1, process.waitFor());
    }

    @Test
    void aBadCallExitsWithTwo() throws Exception {
        Process process = start("split", "--nope");
        assertEquals("", read(process));
        assertEquals("tfree: Unknown option: '--nope' (see tfree split --help)\n", error(process));
        assertEquals(2, process.waitFor());
    }

    @Test
    void endsQuietlyWhenNobodyReadsOn() throws Exception {
        Process process = start("split", "--jsonl");
        process.getInputStream().close();
        Thread.ofVirtual().start(() -> {
            try (BufferedWriter questions = write(process, "")) {
                while (process.isAlive()) {
                    questions.write("\"Nobody reads this.\"\n");
                }
            } catch (IOException e) {
                // The process has ended, as it should.
            }
        });
        assertEquals("", error(process));
        assertEquals(1, process.waitFor());
    }

    @Test
    void warmsUpInSilence() throws Exception {
        Process process = start("warm-up");
        process.getOutputStream().close();
        assertEquals("", read(process));
        assertEquals("", error(process));
        assertEquals(0, process.waitFor());
    }

    @Test
    void helpLoadsNoTensorsAndNoDataBinding() throws Exception {
        ProcessBuilder builder = builder("encode", "--help");
        builder.command().add(1, "-verbose:class");
        Process process = builder.start();
        String loaded = read(process);
        assertTrue(loaded.contains("tfree.cli.EncodeCommand"));
        assertEquals(List.of(), loaded.lines()
                .filter(line -> line.contains(" org.bytedeco.") || line.contains(" tools.jackson.databind.")).toList());
        assertEquals(0, process.waitFor());
    }

    private static Process start(String... args) throws IOException {
        return builder(args).start();
    }

    private static ProcessBuilder builder(String... args) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), Tfree.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    private static BufferedWriter write(Process process, String text) throws IOException {
        BufferedWriter questions = process.outputWriter(StandardCharsets.UTF_8);
        questions.write(text);
        questions.flush();
        return questions;
    }

    private static String read(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String error(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
