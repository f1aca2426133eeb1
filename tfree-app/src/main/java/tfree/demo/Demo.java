package tfree.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** scratch */
public final class Demo {
    public static void main(String[] a) throws IOException {
        List<String> docs = Europarl.documents("en").stream().map(t -> t.strip().replaceAll(" {2,}", "\n")).toList();
        System.out.println(docs.size() + " " + Path.of("x"));
    }
}
